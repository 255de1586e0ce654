// A page that could not be shown asks again until it can.
"use strict";
(() => {
  const again = async () => {
    try {
      const answer = await fetch(location.href, {headers: {accept: "text/html"}});
      if (answer.status < 500) { location.reload(); return; }
    } catch (error) { /* the desk itself is away: ask on */ }
    setTimeout(again, 2000);
  };
  setTimeout(again, 2000);
})();
