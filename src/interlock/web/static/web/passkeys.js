// Passkeys: a form with data-passkey asks the browser for one, and sends what it answered.
// data-options holds what to ask for; with data-ask it is fetched from there first.
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;

  async function optionsOf(form) {
    if (!form.dataset.ask) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.dataset.ask, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    return (await answer.json()).request_options;
  }

  async function ask(form) {
    const options = await optionsOf(form);
    if (form.dataset.passkey === "get") return webauthnJSON.get(options);
    Object.assign(options.publicKey.authenticatorSelection, {
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    });
    return webauthnJSON.create(options);
  }

  for (const form of document.querySelectorAll("[data-passkey]")) {
    const refusal = form.querySelector("[data-refusal]");
    form.hidden = false;
    form.querySelector("button").addEventListener("click", async () => {
      refusal.hidden = true;
      try {
        form.elements.credential.value = JSON.stringify(await ask(form));
        form.submit();
      } catch (_) {
        refusal.textContent = "The browser gave no passkey. Try again, or go another way.";
        refusal.hidden = false;
      }
    });
  }
})();
