/* Links from page to page. In the static edition a page is a file, and some pages are there in name alone. */

/** "learn#chapter=1" as a page links to it. */
export function pageLink(address) {
  const { edition } = window.likeness;
  const [, slug, rest] = /^([a-z-]*)((?:[#?].*)?)$/s.exec(address) ?? [];
  return edition?.pages.includes(slug) ? `${slug}${edition.ending}${rest}` : address;
}

/** Whether the page of that name does here what it is for. */
export const pageWorks = (slug) => !window.likeness.edition?.elsewhere.includes(slug);
