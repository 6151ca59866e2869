/**
 * A package's word with the learning platform (SCORM 1.2): opened is completed. Without a platform
 * the page works just the same. Part of the packages that Kernelscope writes, not of its pages.
 */

(() => {
  /** @typedef {Record<"LMSInitialize"|"LMSGetValue"|"LMSSetValue"|"LMSCommit"|"LMSFinish", (...given: string[]) => string>} Api */

  /** Platforms put the page into a few frames; some never end. */
  const MOST_FRAMES = 50;
  const DONE = new Set(["completed", "passed", "failed"]);

  /**
   * Frames of another origin do not let themselves be looked into.
   *
   * @template T
   * @param {() => T} look
   * @returns {T|null}
   */
  const allowed = (look) => {
    try {
      return look();
    } catch {
      return null;
    }
  };

  /** @param {any} start @returns {Api|null}  of a window or of those around it */
  const apiAround = (start) => {
    let at = start;
    for (let count = 0; at && count < MOST_FRAMES; count += 1) {
      const here = at;
      const api = allowed(() => here.API);
      if (api) return api;
      const around = allowed(() => here.parent);
      if (around === here) break;
      at = around;
    }
    return null;
  };

  const opener = allowed(() => window.opener) ?? allowed(() => window.top?.opener);
  const api = apiAround(window) ?? (opener ? apiAround(opener) : null);
  if (!api || String(api.LMSInitialize("")) !== "true") return;

  if (!DONE.has(api.LMSGetValue("cmi.core.lesson_status"))) {
    api.LMSSetValue("cmi.core.lesson_status", "completed");
    api.LMSCommit("");
  }
  let isOpen = true;
  addEventListener("pagehide", () => {
    if (isOpen) api.LMSFinish("");
    isOpen = false;
  });
})();
