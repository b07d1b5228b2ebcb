// Links that hold a query; past this length browsers and proxies begin to cut them.

export const LONGEST = 7000;

export function shareUrl(page, query, view) {
  const url = new URL(page);
  url.searchParams.set("query", query);
  if (view) url.searchParams.set("view", view);
  return url.href.length > LONGEST ? null : url.href;
}
