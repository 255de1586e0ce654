// The line, live: parts of the page are replaced as the server sends them; files that are dropped are sent at once.
"use strict";
(() => {
  const live = document.getElementById("live"), state = document.getElementById("live-state");
  const events = new EventSource(live.dataset.events);
  events.onopen = () => { state.textContent = "● " + state.dataset.live; state.classList.remove("lost"); };
  events.onerror = () => { state.textContent = "○ " + state.dataset.lost; state.classList.add("lost"); };
  events.onmessage = (event) => {
    const fresh = new DOMParser().parseFromString(JSON.parse(event.data), "text/html");
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const old = live.querySelector(`[data-part="${part.dataset.part}"]`);
      if (old && old.innerHTML !== part.innerHTML && !(old.contains(document.activeElement) && document.activeElement !== document.body)) old.replaceWith(document.adoptNode(part));
    }
  };
  addEventListener("pagehide", () => events.close());

  const drop = document.getElementById("drop"), files = document.getElementById("files"), outcome = document.getElementById("outcome");
  const send = async (form, body) => {
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(form.action, {method: "POST", body, headers: {"x-desk-part": "1"}});
      outcome.innerHTML = await answer.text();
      if (answer.ok) form.reset();
    } catch (error) {
      outcome.textContent = state.dataset.lost;
    }
    button.disabled = false;
  };
  const paste = document.querySelector(".paste");
  for (const form of [drop, paste]) form.addEventListener("submit", (event) => { event.preventDefault(); send(form, new FormData(form)); });
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    files.files = event.dataTransfer.files;
    if (files.files.length) drop.requestSubmit();
  });
})();
