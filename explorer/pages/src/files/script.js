// What pages can do without, and do better with: theme, local times, copying, suggestions, live figures.
// Loaded in the head, so that a chosen theme is there before the first paint. No inline code anywhere.
"use strict";
(function () {
  const THEMES = ["system", "light", "dark"];
  const root = document.documentElement;

  function storedTheme() {
    try {
      const theme = localStorage.getItem("theme");
      return THEMES.includes(theme) ? theme : "system";
    } catch {
      return "system";
    }
  }

  function showTheme(theme) {
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
  }
  showTheme(storedTheme());

  function themeButton() {
    const button = document.querySelector("button.theme");
    if (!button) return;
    button.hidden = false;
    button.dataset.theme = storedTheme();
    button.addEventListener("click", () => {
      const next = THEMES[(THEMES.indexOf(button.dataset.theme) + 1) % THEMES.length];
      try {
        localStorage.setItem("theme", next);
      } catch {
        // Private windows may refuse; the theme then lasts as long as the page.
      }
      button.dataset.theme = next;
      showTheme(next);
    });
  }

  const clock = new Intl.DateTimeFormat(root.lang || undefined, {
    year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  });

  function localTimes(within) {
    for (const time of within.querySelectorAll("time[datetime]")) {
      const moment = new Date(time.dateTime);
      if (time.title || Number.isNaN(moment.getTime())) continue;
      const part = {};
      for (const { type, value } of clock.formatToParts(moment)) part[type] = value;
      time.title = time.textContent;
      time.textContent = `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second}`;
    }
  }

  function zoneNote() {
    const note = document.querySelector("[data-local-times]");
    if (note) note.textContent = note.dataset.localTimes;
  }

  // The clipboard proper is for secure origins only; an explorer on a plain-http host copies the old way.
  async function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.className = "unseen";
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }

  function copyButtons(within) {
    for (const button of within.querySelectorAll("button.copy[hidden]")) {
      button.hidden = false;
      const label = button.getAttribute("aria-label");
      button.addEventListener("click", async () => {
        const source = button.dataset.copyFrom && document.getElementById(button.dataset.copyFrom);
        await copy(source ? source.textContent : button.dataset.copy);
        button.classList.add("done");
        button.setAttribute("aria-label", button.dataset.done);
        setTimeout(() => {
          button.classList.remove("done");
          button.setAttribute("aria-label", label);
        }, 1500);
      });
    }
  }

  // The combobox pattern of WAI-ARIA: focus stays in the box, arrows walk the list.
  function suggestions(input) {
    const list = document.createElement("ul");
    list.id = "suggestions";
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.hidden = true;
    input.after(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    let timer = 0, asked = "", chosen = -1, pending = null;

    function choose(index) {
      const options = list.children;
      if (options[chosen]) options[chosen].setAttribute("aria-selected", "false");
      chosen = index;
      if (options[chosen]) {
        options[chosen].setAttribute("aria-selected", "true");
        options[chosen].scrollIntoView({ block: "nearest" });
        input.setAttribute("aria-activedescendant", options[chosen].id);
      } else input.removeAttribute("aria-activedescendant");
    }

    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      choose(-1);
    }

    function show(hits) {
      list.replaceChildren(...hits.map((hit, index) => {
        const option = document.createElement("li");
        option.id = `suggestion-${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        for (const [name, text] of [["tag plain", hit.kind], ["label", hit.label], ["quiet", hit.detail]]) {
          const span = document.createElement("span");
          span.className = name;
          span.textContent = text;
          option.append(span);
        }
        option.dataset.href = hit.href;
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          location.assign(hit.href);
        });
        return option;
      }));
      chosen = -1;
      list.hidden = hits.length === 0;
      input.setAttribute("aria-expanded", String(!list.hidden));
    }

    async function ask() {
      const query = input.value.trim();
      if (query === asked) return;
      asked = query;
      if (pending) pending.abort();
      if (query.length < 1) return close();
      pending = new AbortController();
      try {
        const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(query)}`, { signal: pending.signal });
        if (answer.ok) show(await answer.json());
      } catch {
        // A newer question took this one's place, or the server is away: the form still works.
      }
    }

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 150);
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      const count = list.children.length;
      if (list.hidden || count === 0) return;
      // Browsers empty a search box on Escape; the first one is for the list.
      if (event.key === "Escape") close();
      else if (event.key === "ArrowDown") choose((chosen + 1) % count);
      else if (event.key === "ArrowUp") choose(chosen <= 0 ? count - 1 : chosen - 1);
      else if (event.key === "Enter" && chosen >= 0) location.assign(list.children[chosen].dataset.href);
      else return;
      event.preventDefault();
    });
  }

  // On news, asks for this very page again and swaps what is marked live: one source of markup, the server.
  function live() {
    if (!window.EventSource || !document.querySelector("[data-live]")) return;
    let busy = false, stale = false;

    async function refresh() {
      stale = true;
      if (busy || document.hidden) return;
      busy = true;
      while (stale) {
        stale = false;
        try {
          const answer = await fetch(location.href, { cache: "no-cache" });
          if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
        } catch {
          // The server is away; the next event asks again.
        }
        await new Promise((done) => setTimeout(done, 1000));
      }
      busy = false;
    }

    function swap(page) {
      for (const old of document.querySelectorAll("[data-live]")) {
        const fresh = page.getElementById(old.id);
        if (!fresh) continue;
        localTimes(fresh);
        if (fresh.innerHTML === old.innerHTML) continue;
        document.adoptNode(fresh);
        old.replaceWith(fresh);
        copyButtons(fresh);
        fresh.classList.add("fresh");
      }
    }

    const events = new EventSource("/v1/events");
    for (const name of ["message", "tip", "mempool"]) events.addEventListener(name, refresh);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && stale) refresh();
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    themeButton();
    localTimes(document);
    zoneNote();
    copyButtons(document);
    document.querySelectorAll("input[data-suggest]").forEach(suggestions);
    live();
  });
})();
