// The door: scans are sent without leaving the page, the camera reads codes, a sound says what became of them.
// The page works without this file, by typing.
"use strict";
(() => {
  const door = document.querySelector("[data-door]");
  if (!door) return;
  const nonce = document.querySelector("script[nonce]").nonce;
  const code = () => document.querySelector("#scan [name=code]");
  const sound = document.querySelector("[data-sound]");
  sound.closest("label").hidden = false;

  const choose = document.querySelector("[data-choose]");
  choose.querySelector("button").hidden = true;
  choose.addEventListener("change", () => choose.requestSubmit());

  let context;
  function beep(tone) {
    if (!sound.checked) return;
    navigator.vibrate?.(tone === "good" ? 80 : [120, 60, 120]);
    context ??= new AudioContext();
    const notes = { good: [880, 1320], warn: [440, 440], bad: [220, 165] }[tone] ?? [];
    notes.forEach((pitch, at) => {
      const [note, volume] = [context.createOscillator(), context.createGain()];
      const start = context.currentTime + at * 0.16;
      note.frequency.value = pitch;
      volume.gain.setValueAtTime(0.2, start);
      volume.gain.exponentialRampToValueAtTime(0.001, start + 0.14);
      note.connect(volume).connect(context.destination);
      note.start(start);
      note.stop(start + 0.15);
    });
  }

  let isBusy = false;
  async function send(form) {
    if (isBusy) return;
    isBusy = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("#result");
      if (!fresh) { location.reload(); return; }
      const refused = page.querySelector("#scan .notice.bad, #scan .fault");
      document.querySelector("#result").replaceWith(fresh);
      const counter = page.querySelector("#counter");
      if (counter) document.querySelector("#counter").innerHTML = counter.innerHTML;
      form.querySelector("[name=_once]").value = page.querySelector("#scan [name=_once]").value;
      if (refused) fresh.querySelector(".verdict").textContent = refused.textContent;
      code().value = "";
      beep(refused ? "bad" : fresh.dataset.tone);
    } catch {
      document.querySelector("#result .verdict").textContent = "No connection: scan again";
      beep("bad");
    } finally {
      isBusy = false;
      code().focus();
    }
  }
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "scan") return;
    event.preventDefault();
    if (code().value.trim() !== "") send(event.target);
  }, true);

  // The camera: the browser's own reader where it has one, else the one that comes along, fetched when needed.
  async function reader() {
    if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
      const own = new BarcodeDetector({ formats: ["qr_code"] });
      return async (video) => (await own.detect(video))[0]?.rawValue;
    }
    if (!window.jsQR) {
      await new Promise((done, fail) => {
        const script = document.createElement("script");
        Object.assign(script, { src: door.dataset.decoder, nonce, onload: done, onerror: fail });
        document.head.append(script);
      });
    }
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    return async (video) => {
      const scale = Math.min(1, 640 / Math.max(video.videoWidth, video.videoHeight));
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      pen.drawImage(video, 0, 0, canvas.width, canvas.height);
      const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height);
      return window.jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data;
    };
  }

  const button = document.querySelector("[data-camera]");
  const camera = document.querySelector("#camera");
  const [video, said] = [camera.querySelector("video"), camera.querySelector("p")];
  let stream = null;
  function close() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    camera.hidden = true;
    button.textContent = "Use the camera";
  }
  async function watch() {
    const read = await reader();
    let last = "";
    let lastAt = 0;
    while (stream) {
      const seen = video.readyState >= 2 ? await read(video) : null;
      const now = performance.now();
      // One code in front of the camera is one scan, not thirty a second.
      if (seen && !(seen === last && now - lastAt < 3000)) {
        [last, lastAt] = [seen, now];
        code().value = seen;
        await send(document.querySelector("#scan"));
      } else if (seen) lastAt = now;
      await new Promise((next) => setTimeout(next, 120));
    }
  }
  if (navigator.mediaDevices?.getUserMedia) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (stream) { close(); return; }
      camera.hidden = false;
      said.textContent = "";
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        video.srcObject = stream;
        await video.play();
        button.textContent = "Switch the camera off";
        await watch();
      } catch (error) {
        close();
        camera.hidden = false;
        said.textContent = error.name === "NotAllowedError"
          ? "The browser does not let this page use the camera. Allow it beside the address."
          : "No camera can be used here.";
      }
    });
    addEventListener("pagehide", close);
  }
})();
