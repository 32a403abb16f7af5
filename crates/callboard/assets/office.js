// What the rooms of events and orders add to app.js; they work without it.
"use strict";
(() => {
  // <button data-print hidden>: prints the page.
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });

  // <ol data-rows="KIND">: rows are added and taken out without asking the server.
  const renumber = (list) => {
    const kind = list.dataset.rows;
    [...list.children].forEach((row, at) => {
      row.querySelectorAll("[name]").forEach((field) => {
        field.name = field.name.replace(/^([a-z]+)\.\d+/, `$1.${at}`);
        if (field.name === "drop") field.value = `${kind}.${at}`;
      });
      row.querySelectorAll("[id]").forEach((element) => { element.id = element.id.replace(/^(f-[a-z]+-)\d+/, `$1${at}`); });
      row.querySelectorAll("[for]").forEach((label) => { label.htmlFor = label.htmlFor.replace(/^(f-[a-z]+-)\d+/, `$1${at}`); });
      row.querySelector("[name=drop]").setAttribute("aria-label", `Remove row ${at + 1}`);
    });
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=add], button[name=drop]");
    const list = button && document.querySelector(`[data-rows="${button.value.split(".")[0]}"]`);
    if (!list) return;
    event.preventDefault();
    if (button.name === "add") {
      const row = list.lastElementChild.cloneNode(true);
      row.querySelectorAll(".fault").forEach((fault) => fault.remove());
      row.querySelectorAll("input, textarea").forEach((field) => { field.value = ""; field.removeAttribute("aria-invalid"); });
      // Whoever stands below the first name is usually support.
      row.querySelectorAll("select").forEach((field) => { field.value = field.name.endsWith(".role") ? "support" : ""; });
      list.append(row);
    } else if (list.children.length > 1) {
      button.closest("li").remove();
    } else {
      button.closest("li").querySelectorAll("input, textarea").forEach((field) => { field.value = ""; });
    }
    renumber(list);
    const rows = list.children;
    (button.name === "add" ? rows[rows.length - 1] : rows[0]).querySelector("input").focus();
  });
})();
