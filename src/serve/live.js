// Part of every page that the development server hands out: loads the page anew when the site was built anew, and
// says what stopped a build. Styles are set one property at a time, which every content security policy allows.
(() => {
  "use strict";
  const seen = document.currentScript.dataset.build;
  let stream = null;
  let panel = null;

  // A browser keeps few connections to one host, so only pages that are looked at hold one.
  function listen() {
    leave();
    if (document.hidden) return;
    stream = new EventSource("/_vellum/events");
    stream.onmessage = (event) => {
      const [build, outcome] = event.data.split(" ");
      if (build !== seen) location.reload();
      else if (outcome === "failed") explain();
      else hide();
    };
    stream.onerror = () => {
      if (stream && stream.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
    };
  }

  function leave() {
    if (stream) stream.close();
    stream = null;
  }

  async function explain() {
    try {
      const reply = await fetch("/_vellum/errors");
      if (reply.ok) show(await reply.text());
    } catch {
      // The server went away; the stream tells when it is back.
    }
  }

  function element(name, text, style) {
    const made = document.createElement(name);
    made.textContent = text;
    const plain = { all: "initial", outline: "revert", color: "#fff", font: "1rem/1.5 system-ui, sans-serif" };
    Object.assign(made.style, plain, style);
    return made;
  }

  function show(text) {
    hide();
    panel = element("div", "", {
      position: "fixed", inset: "auto 0 0 0", zIndex: "2147483647", display: "block", boxSizing: "border-box",
      maxHeight: "60vh", overflow: "auto", padding: "1rem 1.25rem", background: "#3b0a12",
      borderTop: "4px solid #ff8a95",
    });
    panel.setAttribute("role", "alert");
    panel.setAttribute("data-vellum-errors", "");
    document.body.append(panel);
    const title = element("strong", "The last change could not be built. This page shows the last good build.", {
      display: "block", fontWeight: "bold", marginRight: "6rem",
    });
    const close = element("button", "Hide", {
      position: "absolute", top: "0.75rem", right: "1.25rem", padding: "0.25rem 1rem", cursor: "pointer",
      border: "1px solid #fff", borderRadius: "4px",
    });
    close.type = "button";
    close.onclick = hide;
    const report = element("pre", text, {
      display: "block", overflow: "auto", margin: "0.75rem 0 0", whiteSpace: "pre", tabSize: "4",
      font: "0.875rem/1.45 ui-monospace, monospace",
    });
    report.tabIndex = 0;
    panel.append(title, close, report);
  }

  function hide() {
    if (panel) panel.remove();
    panel = null;
  }

  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  listen();
})();
