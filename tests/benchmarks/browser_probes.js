// Measuring aids that the benchmark puts into a page before the page's own code runs.
// Times are milliseconds of performance.now(). "Painted" is the first task after the frame in
// which something changed: rendering happens between a frame's callbacks and that task.
globalThis.probes = (() => {
  const longTasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      longTasks.push({ start: entry.startTime, duration: entry.duration });
    }
  }).observe({ type: "longtask", buffered: true });

  const afterTask = (done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      done(performance.now());
    };
    channel.port2.postMessage(null);
  };

  // Whether a frame's callbacks run. Noted in the page's own frames: a loop of frames only for
  // this would be work that the page measured does not have.
  let isInFrame = false;
  const requestFrame = globalThis.requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (callback) =>
    requestFrame((now) => {
      if (!isInFrame) {
        isInFrame = true;
        afterTask(() => {
          isInFrame = false;
        });
      }
      callback(now);
    });

  /** Call back when what has just changed is on the screen. */
  const whenPainted = (done) => {
    if (isInFrame) afterTask(done);
    else requestAnimationFrame(() => afterTask(done));
  };

  /** Durations between animation frames for a while. */
  const frames = (duration_ms) =>
    new Promise((resolve) => {
      const deltas = [];
      let previous = null;
      let first = null;
      const tick = (now) => {
        first ??= now;
        if (previous !== null) deltas.push(now - previous);
        previous = now;
        if (now - first < duration_ms) requestAnimationFrame(tick);
        else resolve(deltas);
      };
      requestAnimationFrame(tick);
    });

  const samples = { input: null, painted: [] };
  const noteInput = (event) => {
    samples.input = event.timeStamp;
  };

  /** From a trusted input event to the frame in which a text of the element has changed. */
  const watchText = (element, type) => {
    samples.painted = [];
    addEventListener(type, noteInput, { capture: true });
    const changed = () => {
      const from = samples.input;
      if (from === null) return;
      samples.input = null;
      whenPainted((now) => samples.painted.push(now - from));
    };
    const observer = new MutationObserver(changed);
    const observe = (root) => {
      observer.observe(root, { subtree: true, childList: true, characterData: true });
      for (const child of root.querySelectorAll("*")) {
        if (child.shadowRoot) observe(child.shadowRoot);
      }
    };
    observe(element.shadowRoot ?? element);
  };

  /** From a trusted input event to the frame after the element says that a new run is drawn. */
  const watchRepaint = (element, type) => {
    samples.painted = [];
    addEventListener(type, noteInput, { capture: true });
    element.addEventListener("repaint", () => {
      const from = samples.input;
      if (from === null) return;
      samples.input = null;
      whenPainted((now) => samples.painted.push(now - from));
    });
  };

  /** The least this way of measuring can show: one rectangle painted and one text changed. */
  const watchFloor = () => {
    const canvas = document.createElement("canvas");
    const label = document.createElement("p");
    document.body.replaceChildren(canvas, label);
    const context = canvas.getContext("2d");
    let count = 0;
    addEventListener("pointermove", () => {
      requestAnimationFrame(() => {
        count += 1;
        context.fillRect(count % 300, 0, 10, 10);
        label.textContent = String(count);
      });
    });
    watchText(document.body, "pointermove");
  };

  return { longTasks, frames, samples, watchFloor, watchRepaint, watchText };
})();
