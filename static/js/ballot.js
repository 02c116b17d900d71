// Adds up what the ballot form holds. It owns no state: every number is read from the form at each
// change, every word from data-* attributes (templates/components/ballot_form.html and tally.html).
(() => {
  const bar = document.querySelector(".offline");
  const form = document.querySelector("form[data-ballot]");

  // Says so, and does it again when asked to.
  function offline(again) {
    if (!bar) return;
    bar.hidden = false;
    bar.querySelector("button").onclick = () => {
      bar.hidden = true;
      again();
    };
  }

  // Any form: say that it is being sent; without a network, say so and keep everything.
  document.addEventListener("submit", (event) => {
    if (bar && !navigator.onLine) {
      event.preventDefault();
      offline(() => event.target.requestSubmit(event.submitter));
      return;
    }
    const button = event.submitter;
    const words = button && button.dataset.busy && button.querySelector("span");
    if (!words) return;
    const before = words.textContent;
    words.textContent = button.dataset.busy;
    button.setAttribute("aria-disabled", "true");
    const restore = () => {
      words.textContent = before;
      button.removeAttribute("aria-disabled");
    };
    setTimeout(restore, 30000);
    addEventListener("pageshow", restore, { once: true });
  });
  addEventListener("online", () => bar && (bar.hidden = true));
  if (navigator.serviceWorker) navigator.serviceWorker.register("/sw.js").catch(() => {});
  if (!form) return;

  const { budget, most, points, money, group, decimal, over, removed, saving, unsaved, hidden } = form.dataset;
  const find = (selector, within = form) => within.querySelector(selector);
  const all = (selector, within = form) => [...within.querySelectorAll(selector)];
  const kept = "ballot:" + location.pathname + (form.dataset.voter || "");
  const boxes = all("input[data-cost]");
  const steps = all("select[data-points]");
  const places = all("select[data-place]");
  const none = find("[data-none]");
  const undo = find(".undo");
  let sayLater, hideUndo, before, changedAt, sendAgain, pause = 1000;

  const grouped = (whole) => String(whole).replace(/\B(?=(\d{3})+$)/g, group);
  const dirhams = (cents) =>
    money.replace("{n}", grouped(Math.floor(cents / 100)) + (cents % 100 ? decimal + String(cents % 100).padStart(2, "0") : ""));
  const write = (selector, text) => {
    const place = find(selector);
    if (place) place.textContent = text;
  };
  const card = (number) => (document.getElementById("t-" + number) || undo).closest(".proj");
  const order = () => places.map((place) => place.value).filter(Boolean);
  const changed = (at = form) => at.dispatchEvent(new Event("change", { bubbles: true }));
  const arrange = (numbers) => places.forEach((place, at) => (place.value = numbers[at] || ""));

  const chosen = () =>
    places.length ? order() : steps.length ? steps.filter((s) => +s.value).map((s) => s.dataset.p) : boxes.filter((b) => b.checked).map((b) => b.value);

  const held = () => [...new FormData(form)];
  function put(entries) {
    for (const field of [...boxes, ...(none ? [none] : [])]) field.checked = entries.some(([name, value]) => name === field.name && value === field.value);
    for (const list of [...steps, ...places]) list.value = (entries.find(([name]) => name === list.name) || ["", steps.length ? 0 : ""])[1];
  }

  function addUp() {
    const numbers = chosen();
    const costly = places.length ? places.map((place) => place.selectedOptions[0]) : boxes.filter((box) => box.checked);
    const spent = costly.reduce((sum, one) => sum + +(one.dataset.cost || 0), 0);
    const given = steps.reduce((sum, step) => sum + +step.value, 0);
    const left = budget - spent;
    const room = steps.length ? points - given : most - numbers.length;
    const byMoney = form.dataset.ballot === "money";
    let fitting = hidden <= left;

    for (const box of boxes) {
      const project = box.closest(".proj");
      const missing = byMoney && !box.checked ? box.dataset.cost - left : 0;
      const full = !byMoney && most > 0 && room <= 0 && box.type === "checkbox";
      if (!box.checked && missing <= 0) fitting += 1;
      project.classList.toggle("chosen", box.checked);
      project.classList.toggle("over", missing > 0);
      project.classList.toggle("swaps", !box.checked && (missing > 0 || full));
      const weave = find(".band svg", project);
      if (weave) weave.setAttribute("class", missing > 0 ? "w2" : "w1");
      if (missing > 0) find("[data-short]", project).innerHTML = over.replace("{n}", dirhams(missing));
      const thread = find(`.tally svg[data-p="${box.value}"]`);
      if (thread) thread.setAttribute("width", box.checked ? ((box.dataset.cost / budget) * 100).toFixed(2) + "%" : "0%");
    }
    for (const step of steps) step.closest(".proj").classList.toggle("chosen", +step.value > 0);
    for (const button of all("[data-take]")) {
      const at = numbers.indexOf(button.value);
      button.name = at < 0 ? "add" : "remove";
      if (at >= 0) write(`[data-take][value="${button.value}"] [data-word]`, places[at].dataset.place);
      button.closest(".proj").classList.toggle("chosen", at >= 0);
    }
    // The order shows what it holds and one free place.
    places.forEach((place, at) => {
      const line = place.closest("li");
      line.hidden = at > numbers.length;
      find(".moves", line).hidden = at >= numbers.length;
      for (const button of all("button", line)) {
        button.value = place.value;
        button.disabled = button.name === "up" ? !at : button.name === "down" && at === numbers.length - 1;
      }
    });

    all(".slots li").forEach((slot, at) => {
      const tile = numbers[at] && card(numbers[at]) && find(".tile svg", card(numbers[at]));
      slot.className = numbers[at] ? "on" : "";
      slot.replaceChildren(...(tile ? [tile.cloneNode(true)] : numbers[at] ? [numbers[at]] : []));
    });
    const place = find("[data-left]");
    const words = place.dataset.texts && place.dataset.texts.split("|");
    const tooMany = place.dataset.excess && room < 0;
    place.previousElementSibling.hidden = tooMany;
    place.textContent = tooMany ? place.dataset.excess.replace("{n}", -room) : words ? words[Math.max(0, room)] || "" : dirhams(Math.max(0, left));
    write("[data-sum]", dirhams(spent));
    const button = find("[data-review]");
    find("span", button).textContent = button.dataset.review.replace("{n}", numbers.length);
    const noMore = find("[data-no-more]");
    if (noMore) noMore.hidden = !(numbers.length && !fitting && left >= 0);

    clearTimeout(sayLater);
    sayLater = setTimeout(() => {
      const voice = find(".tally [data-say]");
      voice.textContent = voice.dataset.say.replace("{n}", place.textContent);
    }, 800);
    before = [held(), numbers];
    return numbers;
  }

  function makeRoom(number) {
    const swap = find("input[name=swap]");
    swap.disabled = false;
    swap.value = number;
    isSent();
    form.submit();
  }

  // "None of these" and projects exclude each other; a project stands at one place; no place is skipped.
  function settle(target) {
    if (target === none && none.checked) put([[none.name, none.value]]);
    else if (none && none.type === "checkbox" && chosen().length) none.checked = false;
    if (target.dataset.place) for (const place of places) if (place !== target && place.value === target.value) place.value = "";
    arrange(order());
  }
  function offerUndo(gone, earlier) {
    clearTimeout(hideUndo);
    undo.hidden = !gone.length;
    const titles = gone.map((number) => (document.getElementById("t-" + number) || {}).textContent || number);
    find("span", undo).textContent = removed.replace("{title}", titles.join(" · "));
    find("button", undo).onclick = () => {
      put(earlier);
      changed();
      undo.hidden = true;
      const control = card(gone[0]) && find("input, .lab", card(gone[0]));
      if (control) control.focus();
    };
    hideUndo = setTimeout(() => (undo.hidden = true), 8000);
  }

  form.addEventListener("change", ({ target }) => {
    const project = target.closest(".proj");
    if (target.checked && project && project.classList.contains("swaps")) {
      target.checked = false;
      return makeRoom(target.value);
    }
    const [earlier, were] = before;
    settle(target);
    const numbers = addUp();
    changedAt = Date.now();
    if (target.type === "checkbox" || target.dataset.place) offerUndo(were.filter((number) => !numbers.includes(number)), earlier);
    if (!navigator.onLine) lost();
    else if (window.htmx) write("#vote-state", saving);
  });

  // Buttons that need no round trip here: a point more or less, a place in the order.
  const moves = {
    add: (numbers, number) => numbers.push(number),
    remove: (numbers, number, at) => numbers.splice(at, 1),
    up: (numbers, number, at) => numbers.splice(at - 1, 2, number, numbers[at - 1]),
    down: (numbers, number, at) => numbers.splice(at, 2, numbers[at + 1], number),
  };
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.step) {
      event.preventDefault();
      const list = find("select", button.parentNode);
      const next = +list.value + +button.dataset.step;
      const room = points - steps.reduce((sum, step) => sum + +step.value, 0);
      if (next < 0 || next >= list.options.length || (room <= 0 && +button.dataset.step > 0)) return;
      list.value = next;
      changed(list);
    } else if (places.length && moves[button.name] && button.closest(".proj, .rank")) {
      event.preventDefault();
      const numbers = order();
      if (button.name === "add" && numbers.length >= places.length) return makeRoom(button.value);
      const at = numbers.indexOf(button.value);
      moves[button.name](numbers, button.value, at);
      arrange(numbers);
      changed(places[0]);
      follow(button, at);
    }
  });
  // The focus follows the choice.
  function follow(button, at) {
    const line = button.closest(".rank") && places[Math.max(0, at + ({ up: -1, down: 1 }[button.name] || 0))].closest("li");
    if (!line) return;
    const free = ".moves:not([hidden]) ";
    (find(`${free}[name=${button.name}]:enabled`, line) || find(free + "button:enabled", line) || find("select", line)).focus();
  }

  // What was not saved stays on this phone, and is sent again after longer and longer pauses.
  function lost() {
    sessionStorage.setItem(kept, JSON.stringify(held()));
    clearTimeout(sendAgain);
    sendAgain = setTimeout(changed, (pause = Math.min(pause * 2, 60000)));
    offline(changed);
    write("#vote-state", unsaved);
    find("#vote-state").className = "state offline-now";
  }
  function saved() {
    sessionStorage.removeItem(kept);
    clearTimeout(sendAgain);
    pause = 1000;
    if (bar) bar.hidden = true;
  }
  form.addEventListener("htmx:error", lost);
  form.addEventListener("htmx:after:request", ({ detail }) => (detail.ctx.response.status < 400 ? saved() : lost()));
  addEventListener("offline", lost);
  addEventListener("online", () => changed());

  // Whoever leaves before it was saved keeps the last change too.
  function isSent() {
    changedAt = 0;
    if (navigator.onLine) saved();
  }
  form.addEventListener("submit", isSent);
  addEventListener("pagehide", () => {
    const draft = form.getAttribute("hx-post");
    if (draft && (Date.now() - changedAt < 3000 || sessionStorage[kept])) navigator.sendBeacon(draft, new URLSearchParams(held()));
  });

  const waiting = sessionStorage.getItem(kept);
  if (waiting) put(JSON.parse(waiting));
  addUp();
  // Once is enough; htmx listens from then on.
  if (navigator.onLine) saved();
  if (waiting) addEventListener("load", () => changed());
})();
