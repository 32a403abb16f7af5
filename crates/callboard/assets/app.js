// What scripts add to the pages. Every page works without them: this file only saves clicks and reloads.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // The part of a page, fetched as HTML, that matches a selector; null where the answer is no such page.
  async function part(url, selector) {
    const answer = await fetch(url, { headers: { accept: "text/html" }, redirect: "follow" });
    if (!answer.ok) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(selector);
  }

  // <button data-copy="ID" hidden>: copies the text of the element with that id.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(source);
      button.textContent = "Press Ctrl+C";
    }
    setTimeout(() => { button.textContent = before; }, 2000);
  });

  // <form data-theme-form>: switches at once; the server remembers it in a cookie.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-theme-form]")) {
      event.preventDefault();
      const theme = event.submitter.value;
      const body = new URLSearchParams(new FormData(form));
      body.set("theme", theme);
      fetch(form.action, { method: "POST", body });
      if (theme === "system") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = theme;
      all("[data-theme-form] button").forEach((b) => b.setAttribute("aria-pressed", String(b.value === theme)));
      return;
    }
    // A second press of a button that writes is no second write.
    if (form.method === "post" && !event.defaultPrevented) {
      setTimeout(() => all("button", form).forEach((b) => { b.disabled = true; }));
    }
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) all("form button:disabled").forEach((b) => { b.disabled = false; });
  });

  // <div id="…" data-refresh="URL" data-every="MS">: replaced by the element of the same id at URL, until that
  // one asks no more.
  function keepFresh(element) {
    const wait = Number(element.dataset.every) || 2000;
    setTimeout(async () => {
      if (!element.isConnected) return;
      let fresh = null;
      try { fresh = document.hidden ? null : await part(element.dataset.refresh, `#${element.id}`); } catch { /* later */ }
      if (!fresh) return keepFresh(element);
      if (fresh.innerHTML !== element.innerHTML) { element.replaceWith(fresh); element = fresh; begin(fresh); }
      if (element.dataset.refresh) keepFresh(element);
    }, wait);
  }

  // <a data-dialog href="…">: the page's .confirm part in a dialog instead of a page of its own.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    let confirm = null;
    try { confirm = await part(link.href, ".confirm"); } catch { /* the page itself will say why */ }
    if (!confirm) { location.href = link.href; return; }
    const dialog = document.createElement("dialog");
    const heading = confirm.querySelector("h1, h2");
    if (heading) { heading.id = "dialog-heading"; dialog.setAttribute("aria-labelledby", heading.id); }
    dialog.append(confirm);
    document.body.append(dialog);
    dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
    dialog.addEventListener("click", (press) => {
      if (press.target === dialog || press.target.closest("[data-cancel]")) { press.preventDefault(); dialog.close(); }
    });
    dialog.showModal();
  });

  // <form data-live="ID">: filters as one types; the list is the element with that id.
  function live(form) {
    let timer;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const url = new URL(form.action);
        url.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
        const fresh = await part(url, `#${form.dataset.live}`).catch(() => null);
        if (!fresh) return form.submit();
        document.getElementById(form.dataset.live).replaceWith(fresh);
        history.replaceState(null, "", url);
        begin(fresh);
      }, 250);
    });
  }

  // Menus made of <details> close when one presses elsewhere or Escape.
  const close = (except) => all("details[data-menu][open]").forEach((menu) => { if (!menu.contains(except)) menu.open = false; });
  document.addEventListener("click", (event) => close(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details[data-menu][open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });

  // <select data-go>: takes effect when chosen; its button is for those without scripts.
  document.addEventListener("change", (event) => { if (event.target.matches("select[data-go]")) event.target.form.requestSubmit(); });

  function begin(root) {
    all("[data-copy][hidden]", root).forEach((button) => { button.hidden = false; });
    all("[data-scripted]", root).forEach((element) => { element.hidden = element.dataset.scripted === "hide"; });
    all("form[data-live]", root).forEach(live);
    if (root === document) all("[data-refresh]").forEach(keepFresh);
  }
  begin(document);
})();
