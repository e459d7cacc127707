"use strict";
(() => {
  const links = [...document.querySelectorAll("a.tie, svg.standoff a")];
  const target = (link) => (link.getAttribute("href") || "").slice(1);
  let tip = null, open = null, timer = 0;

  const close = () => {
    clearTimeout(timer);
    if (!open) return;
    open.removeAttribute("aria-describedby");
    links.forEach((other) => other.classList.remove("same"));
    tip.remove();
    tip = open = null;
  };

  const show = (link) => {
    const note = document.getElementById(target(link));
    if (!note || open === link) return;
    close();
    open = link;
    tip = document.createElement("div");
    tip.id = "tip";
    tip.setAttribute("role", "tooltip");
    for (const part of note.children) tip.append(part.cloneNode(true));
    tip.querySelectorAll("[id]").forEach((part) => part.removeAttribute("id"));
    tip.querySelectorAll("a").forEach((part) => part.replaceWith(...part.childNodes));
    document.body.append(tip);
    const box = link.getBoundingClientRect();
    const above = box.top - 12, under = innerHeight - box.bottom - 12;
    const below = tip.offsetHeight <= under || above <= under;
    tip.style.maxHeight = `${Math.max(96, Math.min(tip.offsetHeight, below ? under : above))}px`;
    tip.classList.toggle("cut", tip.scrollHeight > tip.clientHeight);
    tip.style.left = `${Math.max(8, Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8)) + scrollX}px`;
    tip.style.top = `${(below ? box.bottom + 6 : box.top - tip.offsetHeight - 6) + scrollY}px`;
    link.setAttribute("aria-describedby", "tip");
    links.forEach((other) => other.classList.toggle("same", target(other) === target(link)));
    tip.addEventListener("pointerenter", () => clearTimeout(timer));
    tip.addEventListener("pointerleave", later);
  };

  const later = () => { clearTimeout(timer); timer = setTimeout(close, 180); };

  for (const link of links) {
    link.querySelectorAll("title").forEach((title) => title.remove());
    link.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "touch") return;
      clearTimeout(timer);
      timer = setTimeout(() => show(link), open ? 0 : 120);
    });
    link.addEventListener("pointerleave", later);
    link.addEventListener("focus", () => { link.scrollIntoView({ block: "nearest", inline: "nearest" }); show(link); });
    link.addEventListener("blur", later);
    link.addEventListener("click", close);
  }
  addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });

  const reveal = () => {
    const note = document.getElementById(location.hash.slice(1));
    for (let fold = note && note.closest("details:not([open])"); fold; fold = note.closest("details:not([open])")) {
      fold.open = true;
      note.scrollIntoView();
    }
  };
  addEventListener("hashchange", reveal);
  reveal();

  const scrolling = new ResizeObserver((seen) => seen.forEach(({ target: box }) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }));
  document.querySelectorAll(".wide").forEach((box) => scrolling.observe(box));

  let closed = [];
  addEventListener("beforeprint", () => {
    close();
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((one) => { one.open = false; }));
})();
