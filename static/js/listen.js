// Reads aloud what carries data-listen: a recording of the commune, or the words in data-say by a voice
// of this device. A voice that sends the text to a company abroad (localService is not true) is never
// used; where there is no other, the button stays hidden. One thing plays at a time, and nothing by itself.
(() => {
  const speech = window.speechSynthesis;
  let button, playing; // what plays now: an Audio or a SpeechSynthesisUtterance

  const language = (tag) => tag.toLowerCase().split(/[-_]/)[0];
  const voice = (lang) => {
    const fits = speech ? speech.getVoices().filter((one) => one.localService === true && language(one.lang) === lang) : [];
    return fits.find((one) => /MA$/i.test(one.lang)) || fits[0];
  };
  const all = () => document.querySelectorAll("[data-listen]");

  function show() {
    for (const one of all()) {
      if (one.href) one.setAttribute("role", "button");
      else one.hidden = !voice(one.dataset.lang);
      if (one !== button) one.setAttribute("aria-pressed", false);
    }
  }

  // The name of a button says what the next press does.
  function rename() {
    const name = button.getAttribute("aria-label");
    button.setAttribute("aria-label", button.dataset.stop);
    button.dataset.stop = name;
  }

  function stop() {
    if (!button) return;
    const [last, before] = [playing, button];
    rename();
    button = playing = undefined;
    before.setAttribute("aria-pressed", false);
    if (last.pause) last.pause();
    else speech.cancel();
  }

  function start(pressed, sound) {
    stop();
    for (const one of document.querySelectorAll("audio")) one.pause();
    button = pressed;
    playing = sound;
    rename();
    button.setAttribute("aria-pressed", true);
    sound.onended = sound.onend = sound.onerror = () => sound === playing && stop();
  }

  function speak(pressed) {
    const words = new SpeechSynthesisUtterance(pressed.dataset.say);
    words.voice = voice(pressed.dataset.lang);
    words.lang = words.voice.lang;
    start(pressed, words);
    speech.speak(words);
  }

  function play(pressed) {
    const sound = new Audio(pressed.dataset.listen);
    start(pressed, sound);
    sound.onerror = null;
    sound.play().catch(() => {
      if (sound !== playing) return;
      stop();
      // This device does not play it, or is offline: its own voice, else the page with every recording.
      if (voice(pressed.dataset.lang)) speak(pressed);
      else location.assign(pressed.href);
    });
  }

  function press(event, pressed) {
    event.preventDefault();
    if (pressed === button) stop();
    else if (pressed.dataset.listen) play(pressed);
    else speak(pressed);
  }

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-listen]");
    if (pressed) press(event, pressed);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches("a[data-listen]")) press(event, event.target);
  });
  // The players of a project's page.
  document.addEventListener(
    "play",
    ({ target }) => {
      stop();
      for (const one of document.querySelectorAll("audio")) if (one !== target) one.pause();
    },
    true
  );
  addEventListener("pagehide", stop);
  document.addEventListener("htmx:after:swap", show);
  if (speech && speech.addEventListener) speech.addEventListener("voiceschanged", show);
  show();
})();
