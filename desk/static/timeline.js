// The timeline's two handles: dragged by pointer or moved by keys, they choose a period; time runs as the page does.
"use strict";
(() => {
  const STEPS = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10};
  const language = document.documentElement.lang === "ar" ? "ar-u-nu-latn" : document.documentElement.lang;
  const rightToLeft = document.documentElement.dir === "rtl";
  const days = new Intl.DateTimeFormat(language, {dateStyle: "long", timeZone: "UTC"});

  const prepare = () => {
    const figure = document.querySelector(".timeline");
    if (!figure) return;
    const starts = figure.dataset.bars.split(" "), ends = figure.dataset.ends.split(" ");
    const track = figure.querySelector(".track"), bars = [...track.querySelectorAll("rect")];
    const handles = [track.querySelector(".start"), track.querySelector(".end")];
    const last = starts.length - 1;
    const from = figure.dataset.from, to = figure.dataset.to;
    const at = [
      Math.max(0, from ? starts.findLastIndex((day) => day.slice(0, 10) <= from) : 0),
      to ? (ends.findIndex((day) => day.slice(0, 10) >= to) + last + 1) % (last + 1) || (ends[0].slice(0, 10) >= to ? 0 : last) : last,
    ];
    const spell = (day) => { const moment = new Date(day.slice(0, 10)); return isNaN(moment) ? day : days.format(moment); };

    const draw = () => {
      handles.forEach((handle, which) => {
        const place = which === 0 ? at[0] : at[1] + 1;
        handle.style.insetInlineStart = (place * 100 / starts.length) + "%";
        handle.setAttribute("aria-valuenow", at[which]);
        handle.setAttribute("aria-valuemin", which === 0 ? 0 : at[0]);
        handle.setAttribute("aria-valuemax", which === 0 ? at[1] : last);
        handle.setAttribute("aria-valuetext", spell(which === 0 ? starts[at[0]] : ends[at[1]]));
        handle.hidden = false;
      });
      bars.forEach((bar, place) => bar.classList.toggle("out", place < at[0] || place > at[1]));
    };
    const move = (which, place) => {
      at[which] = which === 0 ? Math.min(Math.max(place, 0), at[1]) : Math.max(Math.min(place, last), at[0]);
      draw();
    };
    const tell = () => document.dispatchEvent(new CustomEvent("desk:period", {detail: {
      from: at[0] === 0 ? "" : starts[at[0]].slice(0, 10),
      to: at[1] === last ? "" : ends[at[1]].slice(0, 10),
    }}));

    handles.forEach((handle, which) => {
      let timer = 0;
      handle.addEventListener("keydown", (event) => {
        let step = STEPS[event.key];
        if (step && rightToLeft && event.key.startsWith("ArrowL") || step && rightToLeft && event.key.startsWith("ArrowR")) step = -step;
        if (event.key === "Home") move(which, which === 0 ? 0 : at[0]);
        else if (event.key === "End") move(which, which === 0 ? at[1] : last);
        else if (step) move(which, at[which] + step);
        else return;
        event.preventDefault();
        clearTimeout(timer);
        timer = setTimeout(tell, 400);
      });
      handle.addEventListener("pointerdown", (event) => {
        handle.setPointerCapture(event.pointerId);
        event.preventDefault();
        handle.focus();
      });
      handle.addEventListener("pointermove", (event) => {
        if (!handle.hasPointerCapture(event.pointerId)) return;
        const room = track.getBoundingClientRect();
        const share = rightToLeft ? (room.right - event.clientX) / room.width : (event.clientX - room.left) / room.width;
        const place = Math.round(share * starts.length);
        move(which, which === 0 ? place : place - 1);
      });
      handle.addEventListener("pointerup", (event) => {
        handle.releasePointerCapture(event.pointerId);
        tell();
      });
    });
    draw();
  };

  document.addEventListener("desk:results", prepare);
  prepare();
})();
