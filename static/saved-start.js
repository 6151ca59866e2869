/**
 * Starts a saved file: unpacks what is in it and hands it to the page's own modules. Written into
 * the file as it is; nothing is fetched, so it works from a disk and in a frame without an origin.
 */

(async () => {
  /** @param {string} name */
  const part = (name) =>
    /** @type {HTMLElement} */ (document.querySelector(`#kernelscope-${name}`));

  /** @param {string} name */
  const unpacked = (name) => {
    const bytes = Uint8Array.from(atob(part(name).textContent.trim()), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream);
  };

  /** @param {string} tag @param {Record<string, string>} properties */
  const added = (tag, properties) =>
    document.head.append(Object.assign(document.createElement(tag), properties));

  /** @type {{entry: string, sheet: string, modules: Record<string, string>, styles: Record<string, string>}} */
  const { entry, sheet, modules, styles } = await unpacked("program").json();
  const addresses = Object.entries(modules).map(([name, source]) => [
    name,
    `data:text/javascript,${encodeURIComponent(`${source}\n//# sourceURL=${name}`)}`,
  ]);
  const imports = Object.fromEntries(addresses);
  added("style", { textContent: styles[sheet] });
  added("script", { type: "importmap", textContent: JSON.stringify({ imports }) });
  const bundle = URL.createObjectURL(await unpacked("run").blob());
  const boot = JSON.parse(part("boot").textContent);
  part("boot").textContent = JSON.stringify({ ...boot, bundle, styles });
  await import(entry);
})().catch(() => {
  const place = document.querySelector(".arriving");
  if (place) place.textContent = "This browser cannot open the file; one of 2023 or later can.";
});
