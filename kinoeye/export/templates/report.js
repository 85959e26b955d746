"use strict";
for (const each of document.querySelectorAll("input[name=lang]")) {
  each.addEventListener("change", () => {
    const language = each.id.slice(5);
    document.documentElement.lang = language;
    for (const element of document.querySelectorAll("[data-attribute]")) {
      element.setAttribute(element.dataset.attribute, element.dataset[language]);
    }
  });
}
