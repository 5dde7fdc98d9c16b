// Sends a form without leaving its page, and says there what came of it. Without this script a form works too: it is then
// read once more before it goes. Whenever something here is not as it should be (no challenge, no worker, an answer that asks
// for a second look), the browser sends the form itself.
(() => {
  "use strict";

  const MINUTE = 60_000;
  /** The relay takes nothing that comes faster than anyone types. */
  const HASTE = 2_050;
  /** A challenge holds for 20 minutes. */
  const STALE = 15 * MINUTE;

  const answer = (name) => document.querySelector("template[data-answer=" + name + "]");
  const can = typeof Worker === "function" && globalThis.crypto && crypto.subtle && AbortSignal.timeout &&
    answer("mistakes") && answer("failed") && answer("sent");

  for (const form of document.querySelectorAll("form[data-worker]")) {
    if (can) enhance(form);
  }

  function enhance(form) {
    // A field may be called `action` or `submit`: nothing is asked of the form by such a name.
    const attribute = (name) => form.getAttribute(name);
    const all = (selector) => [...form.querySelectorAll(selector)];
    const action = new URL(attribute("action"), document.baseURI).href;
    const withFiles = attribute("enctype") === "multipart/form-data";
    const status = form.querySelector("[role=status]");
    const button = form.querySelector("button");
    const title = document.title;
    const template = (name) => answer(name).content.firstElementChild.cloneNode(true);

    let busy = false;
    let leaving = false;
    let work = null; // The challenge of the next submission, being solved or solved.
    let tried = ""; // What was sent last, if it may have arrived: sent again, it is the same mail.
    let panel = null; // What is said above the form.

    /* The piece of work */

    const solved = (challenge) => new Promise((resolve) => {
      const worker = new Worker(attribute("data-worker"));
      const end = (solution) => {
        worker.terminate();
        resolve(solution && btoa(JSON.stringify({ challenge, solution })));
      };
      setTimeout(end, MINUTE / 2, null);
      worker.onerror = () => end(null);
      worker.onmessage = ({ data }) => end(data);
      worker.postMessage(challenge);
    });

    const begin = () => {
      const begun = { proof: null, since: Date.now() };
      const asked = fetch(action + "/challenge", {
        cache: "no-store", credentials: "omit", headers: { Accept: "application/json" }, signal: AbortSignal.timeout(10_000),
      });
      begun.proof = asked
        .then((response) => (response.ok ? response.json() : null))
        .then((challenge) => {
          begun.since = Date.now();
          return challenge && solved(challenge);
        })
        .catch(() => null)
        .then((proof) => {
          // The next attempt asks again.
          if (!proof && work === begun) work = null;
          return proof;
        });
      work = begun;
    };

    const proof = async () => {
      if (!work || (!tried && Date.now() - work.since > STALE)) begin();
      const mine = work;
      const found = await mine.proof;
      const early = mine.since + HASTE - Date.now();
      if (found && early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      return found;
    };

    /* What is said */

    const say = (words) => {
      status.textContent = words;
    };

    const show = (element) => {
      panel = element;
      form.parentNode.prepend(panel);
      panel.focus();
      panel.scrollIntoView({ block: "nearest" });
    };

    const clear = () => {
      // The focus must not fall into nothing.
      if (panel && panel.contains(document.activeElement)) button.focus();
      for (const old of document.querySelectorAll(".form-errors, .form-failed")) old.remove();
      panel = null;
      for (const mistake of all(".error")) {
        for (const told of all("[aria-describedby~='" + mistake.id + "']")) describe(told, mistake.id, false);
        mistake.remove();
      }
      for (const wrong of all(".wrong")) wrong.classList.remove("wrong");
      for (const wrong of all("[aria-invalid]")) wrong.removeAttribute("aria-invalid");
      document.title = title.startsWith(attribute("data-error")) ? title.slice(attribute("data-error").length) : title;
    };

    const describe = (element, id, on) => {
      const ids = (element.getAttribute("aria-describedby") || "").split(" ").filter((one) => one && one !== id);
      if (on) ids.push(id);
      if (ids.length) element.setAttribute("aria-describedby", ids.join(" "));
      else element.removeAttribute("aria-describedby");
    };

    /** Ties a mistake to its field, as the relay's own page does; says where it is mended. */
    const tie = ({ field, message }) => {
      const controls = all("[name]").filter((one) => one.name === field && one.type !== "hidden");
      const place = controls.length ? controls[0].closest(".field") : null;
      if (!place) return "";
      const mistake = Object.assign(document.createElement("p"), { className: "error", id: "v-" + field + "-error" });
      mistake.textContent = message;
      const [first] = controls;
      const group = place.localName === "fieldset";
      if (group) place.querySelector(".tick").before(mistake);
      else if (first.type === "checkbox") place.prepend(mistake);
      else first.before(mistake);
      place.classList.add("wrong");
      describe(group ? place : first, mistake.id, true);
      if (!group) first.setAttribute("aria-invalid", "true");
      return first.id;
    };

    const mistaken = (errors) => {
      const summary = template("mistakes");
      const list = summary.querySelector("ul");
      for (const error of errors) {
        const item = list.appendChild(document.createElement("li"));
        const id = tie(error);
        const told = id ? item.appendChild(document.createElement("a")) : item;
        if (id) told.href = "#" + id;
        told.textContent = error.message;
      }
      document.title = attribute("data-error") + document.title;
      show(summary);
    };

    /** A mail with what was typed, for those who would rather write one; without it when that would be too long. */
    const mailto = (link) => {
      const value = (one) => {
        const label = one.labels && one.labels.length ? one.labels[0].firstChild.textContent.trim() : one.name;
        if (one.type === "checkbox" || one.type === "radio") return one.checked ? label : "";
        return one.type === "file" || !one.value ? "" : label + ": " + one.value;
      };
      const lines = all(".field [name]").map(value).filter(Boolean).join("\n").replace(/\r?\n/g, "\r\n");
      link.href = "mailto:" + link.dataset.mailto + "?subject=" + encodeURIComponent(link.dataset.subject);
      try {
        const whole = link.href + "&body=" + encodeURIComponent(lines);
        if (whole.length <= 1800) link.href = whole;
      } catch {
        // Half a character cannot be written in an address.
      }
    };

    const failed = (kind, detail) => {
      const failure = template("failed");
      for (const one of failure.querySelectorAll("[data-when]")) {
        if (!one.dataset.when.split(" ").includes(kind)) one.remove();
      }
      const told = failure.querySelector("[data-detail]");
      if (told) told.textContent = detail;
      for (const link of failure.querySelectorAll("[data-mailto]")) mailto(link);
      failure.querySelector("button").addEventListener("click", send);
      show(failure);
    };

    const sent = (reference) => {
      const thanks = template("sent");
      for (const one of thanks.querySelectorAll("[data-reference]")) one.textContent = reference;
      document.title = thanks.dataset.title;
      form.closest(".sheet").replaceWith(thanks);
      scrollTo(0, 0);
      thanks.querySelector("h1").focus();
    };

    /* The way of a submission */

    /** Leaves it to the browser, and so to the page on which a person reads it once more. */
    const natively = () => {
      leaving = true;
      HTMLFormElement.prototype.submit.call(form);
    };

    const answered = (response, said) => {
      if (response.ok && said.status === "sent") return sent(said.reference);
      if (response.ok) return natively();
      tried = response.status >= 500 ? tried : "";
      if (said.errors && said.errors.length) return mistaken(said.errors);
      const known = ["undelivered", "partly-delivered", "unconfirmed", "broken"].includes(said.type);
      if (known) return failed(said.type, "");
      return said.detail ? failed("refused", said.detail) : failed("broken", "");
    };

    /** Whether anybody answers where the form goes. */
    const reached = () => {
      const how = { cache: "no-store", credentials: "omit", method: "HEAD", mode: "no-cors", signal: AbortSignal.timeout(10_000) };
      return fetch(action + "/", how).then(() => true, () => false);
    };

    const post = async (fields) => {
      const body = withFiles ? fields : new URLSearchParams(fields);
      const patience = AbortSignal.timeout(withFiles ? 10 * MINUTE : 2 * MINUTE);
      const headers = { Accept: "application/json" };
      try {
        const response = await fetch(action, { method: "POST", body, credentials: "omit", headers, signal: patience });
        return [response, await response.json()];
      } catch {
        return null; // It may have arrived, or not.
      }
    };

    const print = (fields) =>
      JSON.stringify([...fields].map(([name, value]) => [name, value.name ? [value.name, value.size, value.lastModified] : value]));

    async function send() {
      if (busy) return;
      busy = true;
      clear();
      say(status.dataset.busy);
      try {
        const fields = new FormData(form);
        const text = print(fields);
        // Something else is another mail.
        if (tried && tried !== text) {
          work = null;
          tried = "";
        }
        const found = await proof();
        const doubtful = !found || navigator.onLine === false;
        if (doubtful && !(await reached())) return failed(tried ? "lost" : "unreached", "");
        if (!found) return natively();
        fields.set("altcha", found);
        tried = text;
        const back = await post(fields);
        if (back) answered(...back);
        else failed("lost", "");
      } finally {
        // A browser that is on its way to another page shows so itself.
        busy = leaving;
        say("");
      }
    }

    for (const one of all("[data-with-script]")) one.textContent = one.dataset.withScript;
    form.addEventListener("focusin", begin, { once: true });
    addEventListener("pageshow", () => {
      busy = leaving = false;
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send();
    });
  }
})();
