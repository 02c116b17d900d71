// Asks the browser for a passkey and sends its answer as an ordinary form. Without this script the page
// says that passkeys need JavaScript, and the code does the same.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

const described = (known = []) => known.map((one) => ({ ...one, id: bytes(one.id) }));

function made(options) {
  return navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: described(options.excludeCredentials),
    },
  });
}

function shown(options) {
  return navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: described(options.allowCredentials),
    },
  });
}

/** What the server reads: every part in base64url. */
function written({ id, rawId, type, response }) {
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"])
    if (response[name]) parts[name] = text(response[name]);
  return JSON.stringify({ id, rawId: text(rawId), type, response: parts });
}

async function ask(form) {
  const options = JSON.parse(form.dataset.options);
  const answer = await (form.dataset.passkey === "add" ? made(options) : shown(options));
  form.elements.answer.value = written(answer);
  form.submit();
}

// What a page that comes back has asked was answered: it asks anew.
addEventListener("pageshow", (event) => event.persisted && location.reload());

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const told = form.querySelector("[data-told]");
  const button = form.querySelector("button");
  const tell = (sentence) => {
    told.textContent = sentence;
    told.hidden = !sentence;
  };
  if (!window.PublicKeyCredential) {
    tell(form.dataset.unknown);
    button.disabled = true;
    continue;
  }
  tell("");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    tell("");
    try {
      await ask(form);
    } catch (fault) {
      // InvalidStateError: this device has one of theirs. Anything else: refused, or too late.
      tell(fault.name === "InvalidStateError" ? form.dataset.already : form.dataset.refused);
      button.disabled = false;
    }
  });
}
