"use strict";
(() => {
  const form = document.querySelector(".search");
  const input = form.querySelector("input");
  const list = document.getElementById("results");
  const root = document.body.dataset.root;
  const entries = (window.CATALOG || []).map((entry) => ({ entry, text: entry.join(" ").toLowerCase().replaceAll("_", " ") }));
  const order = { object: 0, value: 1, envelope: 1, rule: 2, field: 3 };
  form.hidden = false;

  const show = () => {
    const words = input.value.toLowerCase().replaceAll("_", " ").split(/\s+/).filter(Boolean);
    list.replaceChildren();
    list.hidden = words.length === 0;
    if (words.length === 0) return;
    const first = words[0];
    const found = entries
      .filter(({ text }) => words.every((word) => text.includes(word)))
      .sort((a, b) => Number(b.text.startsWith(first)) - Number(a.text.startsWith(first)) || order[a.entry[1]] - order[b.entry[1]])
      .slice(0, 30);
    for (const { entry: [title, kind, address, text] } of found) {
      const link = document.createElement("a");
      link.href = root + address;
      link.append(title);
      const small = document.createElement("small");
      small.append(`${kind}: ${text}`);
      link.append(small);
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
    if (found.length === 0) {
      const item = document.createElement("li");
      item.className = "none";
      item.append("Nothing found");
      list.append(item);
    }
  };

  input.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  form.addEventListener("keydown", (event) => {
    const stops = [input, ...list.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && at >= 0) {
      event.preventDefault();
      stops[Math.min(Math.max(at + step, 0), stops.length - 1)].focus();
    } else if (event.key === "Escape") {
      input.value = "";
      show();
      input.focus();
    }
  });
  list.addEventListener("click", () => { list.hidden = true; });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName || "");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) list.hidden = true;
  });
})();
