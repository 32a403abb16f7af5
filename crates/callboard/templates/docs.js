"use strict";
(() => {
  const remembered = (() => { try { return localStorage.getItem("language"); } catch { return null; } })();

  // Variants of one example become tabs; a choice holds for the whole site.
  const groups = [...document.querySelectorAll(".tabs")];
  const choose = (language) => {
    for (const group of groups) {
      const figures = [...group.querySelectorAll(".code")];
      const shown = figures.find((figure) => figure.dataset.lang === language) || figures[0];
      for (const figure of figures) {
        const isShown = figure === shown;
        figure.hidden = !isShown;
        const tab = document.getElementById(figure.id + "-tab");
        tab.setAttribute("aria-selected", String(isShown));
        tab.tabIndex = isShown ? 0 : -1;
      }
    }
  };
  groups.forEach((group, number) => {
    const list = document.createElement("div");
    list.setAttribute("role", "tablist");
    list.setAttribute("aria-label", "Language");
    for (const figure of group.querySelectorAll(".code")) {
      figure.id = `example-${number}-${figure.dataset.lang}`;
      figure.setAttribute("role", "tabpanel");
      figure.setAttribute("aria-labelledby", figure.id + "-tab");
      const tab = document.createElement("button");
      tab.type = "button";
      tab.id = figure.id + "-tab";
      tab.textContent = figure.querySelector(".caption").textContent;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", figure.id);
      tab.addEventListener("click", () => {
        const top = tab.getBoundingClientRect().top;
        choose(figure.dataset.lang);
        try { localStorage.setItem("language", figure.dataset.lang); } catch { /* it is not remembered */ }
        // What stands above may have grown; what was clicked stays where it is.
        scrollBy(0, tab.getBoundingClientRect().top - top);
      });
      list.append(tab);
    }
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const tabs = [...list.children];
      const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
      next.click();
      next.focus();
    });
    group.prepend(list);
    group.classList.add("live");
  });
  choose(remembered || "bash");

  // Copy buttons.
  if (navigator.clipboard) {
    for (const figure of document.querySelectorAll(".code:not(.answer)")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(figure.querySelector("code").textContent);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      });
      figure.append(button);
    }
  }

  // A long list of pages shows the one that is read.
  const here = document.querySelector("nav.site [aria-current]");
  const list = document.querySelector("nav.site");
  if (here) list.scrollTop = here.offsetTop - list.clientHeight / 2;

  // Beside the page the list of pages is always open; the style sheet sees to it where it can.
  const narrow = matchMedia("(max-width: 60rem)");
  const unfold = () => { if (!narrow.matches) document.querySelector("details.menu").open = true; };
  narrow.addEventListener("change", unfold);
  unfold();

  // Suggestions while one writes; without them the form works as it is.
  const field = document.getElementById("q");
  const box = document.getElementById("suggestions");
  let asked = 0;
  field.addEventListener("input", () => {
    const mine = ++asked;
    setTimeout(async () => {
      if (mine !== asked) return;
      if (!field.value.trim()) { box.hidden = true; return; }
      const reply = await fetch(`/docs/search?part=1&q=${encodeURIComponent(field.value)}`);
      const text = await reply.text();
      if (mine !== asked) return;
      box.innerHTML = text;
      box.hidden = !text;
    }, 120);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") box.hidden = true;
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      field.focus();
    }
  });
  document.addEventListener("click", (event) => { if (!event.target.closest(".find")) box.hidden = true; });
})();
