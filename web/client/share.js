// Links that hold a query; past this length browsers and proxies begin to cut them.

export const LONGEST = 7000;

export function shareUrl(page, query) {
  const url = new URL(page);
  url.searchParams.set("query", query);
  return url.href.length > LONGEST ? null : url.href;
}
