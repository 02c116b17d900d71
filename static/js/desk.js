// On a shared device: clears the screen when nobody is there, says so a while before, and keeps nothing of one
// voter for the next. The server ends a turn by its own clock; without this script the browser does the rest.
(() => {
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  if (document.querySelector("[data-desk-empty]")) {
    sessionStorage.clear();
    localStorage.clear();
  }
  const stop = document.querySelector("form[data-desk]");
  const warning = document.querySelector("[data-desk-warning]");
  if (!stop || !warning) return;
  const seconds = +warning.dataset.seconds;
  const before = +warning.dataset.before;
  const left = warning.querySelector("[data-left]");
  const more = warning.querySelector("form");
  let until, told;

  const begin = () => {
    until = Date.now() + seconds * 1000;
    told = Date.now();
    warning.hidden = true;
  };
  const longer = () => fetch(more.action, { method: "POST", redirect: "manual" }).then(begin, () => {});
  more.addEventListener("submit", (event) => {
    event.preventDefault();
    longer();
  });
  // Whoever chooses is there; the server is told once in a minute, so that it gives time too.
  for (const kind of ["change", "keydown", "pointerdown"])
    addEventListener(kind, () => {
      if (warning.hidden && !warning.dataset.once && Date.now() - told > 60000) longer();
    });
  setInterval(() => {
    const rest = Math.ceil((until - Date.now()) / 1000);
    if (rest <= 0) return stop.submit();
    if (rest > before) return;
    if (warning.hidden) warning.hidden = false;
    if (left) left.textContent = rest;
  }, 1000);
  begin();
})();
