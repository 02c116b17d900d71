// Adds up what the ballot form holds, and says so. It owns no state: every number is read from the
// form at each change, and every word from data-* attributes that the server translated.
// templates/components/ballot_form.html and tally.html describe the attributes.
(() => {
  const bar = document.querySelector(".offline");
  const form = document.querySelector("form[data-ballot]");

  // Any form of the page: say that it is being sent; without a network, say so and keep everything.
  document.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      if (bar) bar.hidden = false;
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

  const { ballot, budget, most, points, money, group, decimal, over, removed, saving, unsaved } = form.dataset;
  const find = (selector, within = form) => within.querySelector(selector);
  const all = (selector) => [...form.querySelectorAll(selector)];
  const kept = "ballot:" + location.pathname;
  const limit = ballot === "choose-one" ? 1 : +most;
  const undo = find(".undo");
  let sayLater, hideUndo;

  const grouped = (whole) => String(whole).replace(/\B(?=(\d{3})+$)/g, group);
  const dirhams = (cents) =>
    money.replace("{n}", grouped(Math.floor(cents / 100)) + (cents % 100 ? decimal + String(cents % 100).padStart(2, "0") : ""));
  const write = (selector, text) => {
    const place = find(selector);
    if (place) place.textContent = text;
  };

  function addUp() {
    const boxes = all("input[data-cost]");
    const steps = all("select[data-points]");
    const chosen = boxes.filter((box) => box.checked);
    const spent = chosen.reduce((sum, box) => sum + +box.dataset.cost, 0);
    const given = steps.reduce((sum, step) => sum + +step.value, 0);
    const left = budget - spent;
    const room = steps.length ? points - given : limit - chosen.length;
    const byMoney = ballot === "knapsack";
    let fitting = 0;

    for (const box of boxes) {
      const card = box.closest(".proj");
      const missing = byMoney && !box.checked ? box.dataset.cost - left : 0;
      const full = !byMoney && limit > 0 && room <= 0 && box.type === "checkbox";
      if (!box.checked && missing <= 0) fitting += 1;
      card.classList.toggle("chosen", box.checked);
      card.classList.toggle("over", missing > 0);
      card.classList.toggle("swaps", !box.checked && (missing > 0 || full));
      const weave = find(".band svg", card);
      if (weave) weave.setAttribute("class", missing > 0 ? "w2" : "w1");
      if (missing > 0) find("[data-short]", card).innerHTML = over.replace("{n}", dirhams(missing));
      const thread = find(`.tally svg[data-p="${box.value}"]`);
      if (thread) thread.setAttribute("width", box.checked ? ((box.dataset.cost / budget) * 100).toFixed(2) + "%" : "0%");
    }
    for (const step of steps) step.closest(".proj").classList.toggle("chosen", +step.value > 0);

    all(".slots li").forEach((slot, place) => {
      slot.className = chosen[place] ? "on" : "";
      slot.replaceChildren(...(chosen[place] ? [find(".tile svg", chosen[place].closest(".proj")).cloneNode(true)] : []));
    });
    const place = find("[data-left]");
    const words = place.dataset.texts && place.dataset.texts.split("|");
    place.textContent = words ? words[Math.max(0, room)] || "" : dirhams(Math.max(0, left));
    write("[data-sum]", dirhams(spent));
    const button = find("[data-review]");
    find("span", button).textContent = button.dataset.review.replace("{n}", steps.length ? steps.filter((step) => +step.value).length : chosen.length);
    const noMore = find("[data-no-more]");
    if (noMore) noMore.hidden = !(byMoney && chosen.length && !fitting);

    clearTimeout(sayLater);
    sayLater = setTimeout(() => {
      const voice = find("[data-say]");
      voice.textContent = voice.dataset.say.replace("{n}", place.textContent);
    }, 800);
    return chosen;
  }

  // A tap on "Swap" leads to the page that makes room, with the present choices.
  function makeRoom(box) {
    box.checked = false;
    const swap = find("input[name=swap]");
    swap.disabled = false;
    swap.value = box.value;
    form.submit();
  }

  function offerUndo(box) {
    clearTimeout(hideUndo);
    undo.hidden = true;
    if (box.checked || box.type !== "checkbox") return;
    find("span", undo).textContent = removed.replace("{title}", document.getElementById("t-" + box.value).textContent);
    find("button", undo).onclick = () => {
      box.checked = true;
      undo.hidden = true;
      box.focus();
      box.dispatchEvent(new Event("change", { bubbles: true }));
    };
    undo.hidden = false;
    hideUndo = setTimeout(() => (undo.hidden = true), 8000);
  }

  form.addEventListener("change", ({ target }) => {
    const card = target.closest(".proj");
    if (target.checked && card && card.classList.contains("swaps")) return makeRoom(target);
    if (target.dataset.cost) offerUndo(target);
    const chosen = addUp();
    if (navigator.onLine) {
      if (window.htmx) write("#vote-state", saving);
    } else {
      sessionStorage.setItem(kept, JSON.stringify(chosen.map((box) => box.value)));
      lost();
    }
  });
  form.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-step]");
    if (!button) return;
    const list = find("select", button.parentNode);
    const next = +list.value + +button.dataset.step;
    if (next < 0 || next >= list.options.length) return;
    list.value = next;
    list.dispatchEvent(new Event("change", { bubbles: true }));
  });
  function lost() {
    if (bar) bar.hidden = false;
    write("#vote-state", unsaved);
    find("#vote-state").className = "state offline-now";
  }
  form.addEventListener("htmx:error", lost);
  addEventListener("offline", lost);
  addEventListener("online", () => {
    sessionStorage.removeItem(kept);
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });

  const waiting = sessionStorage.getItem(kept);
  if (waiting) all("input[data-cost]").forEach((box) => (box.checked = JSON.parse(waiting).includes(box.value)));
  addUp();
})();
