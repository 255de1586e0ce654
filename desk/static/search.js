// Search as you type: asks for the results' part of the page, for suggestions, and keeps the address shareable.
"use strict";
(() => {
  const form = document.getElementById("search");
  const box = document.getElementById("q");
  const list = document.getElementById("suggestions");
  const results = document.getElementById("results");
  const said = document.getElementById("said");
  const narrow = matchMedia("(max-width: 56rem)");
  let asking = null, suggesting = null, timer = 0, chosen = -1;

  const question = () => {
    const kept = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value && !(name === "sort" && value === "relevance")) kept.append(name, value);
    return kept;
  };

  // A name for an element that its successor goes by, too: a box is its field and value, wherever it stands now.
  const find = (one) => {
    if (one.classList.contains("handle")) return one.classList.contains("start") ? ".handle.start" : ".handle.end";
    if (one.type === "checkbox") return `input[name="${CSS.escape(one.name)}"][value="${CSS.escape(one.value)}"]`;
    return one.name ? `[name="${CSS.escape(one.name)}"]` : one.localName === "summary" ? "summary" : "#total";
  };

  // What is replaced keeps its focus and its folds, so that a keyboard stays where it was.
  const replace = (html) => {
    const focused = document.activeElement && results.contains(document.activeElement) ? document.activeElement : null;
    const place = focused && find(focused);
    const folds = [...results.querySelectorAll("details")].map((one) => one.open);
    results.innerHTML = html;
    results.querySelectorAll("details").forEach((one, place) => { if (place in folds) one.open = folds[place]; });
    document.dispatchEvent(new Event("desk:results"));
    const again = place && (results.querySelector(place) || document.getElementById("total"));
    if (again) again.focus({preventScroll: true});
    const total = document.getElementById("total");
    if (total) said.textContent = total.dataset.said;
  };

  const ask = async (typing) => {
    const asked = question(), shown = asked.toString();
    if (asking) asking.abort();
    const mine = asking = new AbortController();
    if (typing) asked.set("typing", "1");
    try {
      const answer = await fetch("/search/results?" + asked, {signal: mine.signal, headers: {accept: "text/html"}});
      const html = await answer.text();
      if (answer.status === 401) { location.reload(); return; }
      if (asking !== mine) return;
      replace(html);
      history.replaceState(null, "", shown ? "/?" + shown : "/");
      if (answer.status === 503) setTimeout(() => { if (asking === mine) ask(typing); }, 3000);
    } catch (error) {
      if (error.name !== "AbortError") setTimeout(() => { if (asking === mine) ask(typing); }, 3000);
    }
  };

  const close = () => {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };

  const choose = (place) => {
    const items = [...list.children];
    chosen = items.length ? (place + items.length) % items.length : -1;
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
    if (chosen < 0) return;
    box.setAttribute("aria-activedescendant", items[chosen].id);
    items[chosen].scrollIntoView({block: "nearest"});
  };

  const take = (item) => {
    close();
    if (item.dataset.href) { location.assign(item.dataset.href); return; }
    box.value = item.dataset.query;
    ask(false);
  };

  const suggest = async () => {
    if (suggesting) suggesting.abort();
    const text = box.value.trim();
    if (text.length < 2) { close(); return; }
    const mine = suggesting = new AbortController();
    try {
      const answer = await fetch("/search/suggestions?" + new URLSearchParams({q: text}), {signal: mine.signal});
      if (!answer.ok || suggesting !== mine) return;
      const found = await answer.json();
      list.replaceChildren(...found.map((one, at) => {
        const item = document.createElement("li"), text = document.createElement("bdi"), kind = document.createElement("span");
        item.id = "suggestion-" + at;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dataset.query = one.query;
        item.dataset.href = one.href || "";
        text.textContent = one.text;
        kind.className = "kind";
        kind.textContent = one.note;
        item.append(text, kind);
        return item;
      }));
      chosen = -1;
      const open = found.length > 0 && document.activeElement === box;
      list.hidden = !open;
      box.setAttribute("aria-expanded", String(open));
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };

  box.addEventListener("input", () => {
    box.dir = box.value ? "auto" : document.documentElement.dir;
    clearTimeout(timer);
    timer = setTimeout(() => { ask(true); suggest(); }, 150);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden) { suggest(); event.preventDefault(); }
    else if (event.key === "ArrowDown") { choose(chosen + 1); event.preventDefault(); }
    else if (event.key === "ArrowUp" && !list.hidden) { choose(chosen < 0 ? -1 : chosen - 1); event.preventDefault(); }
    else if (event.key === "Enter" && chosen >= 0) { take(list.children[chosen]); event.preventDefault(); }
    else if (event.key === "Escape" && !list.hidden) { close(); event.preventDefault(); }
  });
  box.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => { const item = event.target.closest("li"); if (item) take(item); });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); close(); ask(false); });
  results.addEventListener("change", (event) => { if (event.target.form === form) ask(false); });
  document.addEventListener("desk:period", (event) => {
    form.elements.from.value = event.detail.from;
    form.elements.to.value = event.detail.to;
    ask(false);
  });
  if (narrow.matches) document.querySelectorAll(".filters details").forEach((one) => { one.open = false; });
})();
