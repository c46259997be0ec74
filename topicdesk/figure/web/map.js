// The interactive map: points by WebGL (by a plain canvas where there is none), labels, search and list as ordinary elements.
// Text from the corpus only ever enters the page by textContent. Nothing is fetched.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const get = (id) => document.getElementById(id);
  const map = get("map"), tip = get("tip"), list = get("list"), search = get("search"), glow = get("glow");
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const numbers = (text, kind) => new kind(bytes(text).buffer);
  // Points lie in the unit square of the picture, y downwards; 65535 is its far side.
  const n = data.n, xs = numbers(data.x, Uint16Array), ys = numbers(data.y, Uint16Array), topicOf = numbers(data.topic, Int16Array);
  const paint = data.colouring, groupOf = paint ? numbers(paint.group, Int16Array) : topicOf;  // a row of colours for each point
  const nGrey = groupOf.findLastIndex((group) => group < 0) + 1;  // they come first
  const FADED = 26, FINE = 0.62, SETTLE = 140, MAX_ZOOM = 400, REACH = 14, HITS = 200, FAR = 90, QUICK = 20, SLOW = 34, FEWEST = 8000;
  let view = { x: 0, y: 0, scale: 1 }, width = 1, height = 1, ratio = 1, chosen = -1, hits = null, hovered = -1;

  const element = (kind, className, text) => {
    const made = document.createElement(kind);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    made.dir = "auto";
    return made;
  };

  // ---- Drawing -------------------------------------------------------------------------------------------------
  let canvas = get("points");
  const shade = new Uint8Array(4 * n);
  const parsed = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const rgb = (paint ? paint.colours : data.topics.map((topic) => topic.colour)).map(parsed), grey = parsed(data.grey);
  const painter = webglPainter() || plainPainter();

  function webglPainter() {
    const gl = canvas.getContext("webgl", { antialias: false, alpha: true, premultipliedAlpha: true });
    if (!gl) return null;
    const compiled = (kind, source) => {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      return shader;
    };
    const program = gl.createProgram();
    gl.attachShader(program, compiled(gl.VERTEX_SHADER, `
      attribute vec2 place; attribute vec4 shade; uniform vec2 scale, shift; uniform mediump float size; varying vec4 ink;
      void main() { gl_Position = vec4(place * scale + shift, 0.0, 1.0); gl_PointSize = size; ink = shade; }`));
    gl.attachShader(program, compiled(gl.FRAGMENT_SHADER, `
      precision mediump float; varying vec4 ink; uniform mediump float size;
      void main() { float a = ink.a * clamp(0.5 * size - length(gl_PointCoord - 0.5) * size + 0.5, 0.0, 1.0); gl_FragColor = vec4(ink.rgb * a, a); }`));
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
      const fresh = canvas.cloneNode();  // a canvas keeps the first kind of context it was asked for
      canvas.replaceWith(fresh);
      canvas = fresh;
      return null;
    }
    gl.useProgram(program);
    const buffer = (name, values, size, kind, normalized) => {
      const made = gl.createBuffer(), at = gl.getAttribLocation(program, name);
      gl.bindBuffer(gl.ARRAY_BUFFER, made);
      gl.bufferData(gl.ARRAY_BUFFER, values, gl.DYNAMIC_DRAW);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size, kind, normalized, 0, 0);
      return made;
    };
    const places = new Uint16Array(2 * n);
    for (let i = 0; i < n; i++) { places[2 * i] = xs[i]; places[2 * i + 1] = ys[i]; }
    buffer("place", places, 2, gl.UNSIGNED_SHORT, true);
    const shades = buffer("shade", shade, 4, gl.UNSIGNED_BYTE, true);
    const uniform = (name) => gl.getUniformLocation(program, name);
    const scale = uniform("scale"), shift = uniform("shift"), size = uniform("size");
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    canvas.addEventListener("webglcontextrestored", () => location.reload());
    return {
      recolour() { gl.bindBuffer(gl.ARRAY_BUFFER, shades); gl.bufferSubData(gl.ARRAY_BUFFER, 0, shade); },
      draw(radius, part) {
        gl.viewport(0, 0, canvas.width, canvas.height);
        gl.clearColor(0, 0, 0, 0);
        gl.clear(gl.COLOR_BUFFER_BIT);
        gl.uniform2f(scale, 2 * view.scale * data.width / width, -2 * view.scale * data.height / height);
        gl.uniform2f(shift, 2 * view.x / width - 1, 1 - 2 * view.y / height);
        gl.uniform1f(size, 2 * FINE * radius * ratio + 1);
        gl.drawArrays(gl.POINTS, 0, Math.ceil(part * nGrey));
        gl.uniform1f(size, 2 * radius * ratio + 1);
        gl.drawArrays(gl.POINTS, nGrey, Math.ceil(part * (n - nGrey)));
      },
    };
  }

  function plainPainter() {
    const page = canvas.getContext("2d");
    return {
      recolour() {},
      draw(radius, part) {
        page.setTransform(ratio, 0, 0, ratio, 0, 0);
        page.clearRect(0, 0, width, height);
        for (const [first, end] of [[0, nGrey], [nGrey, n]]) {
          for (let i = first; i < first + part * (end - first); i++) {
            const x = toX(xs[i]), y = toY(ys[i]);
            if (x < 0 || y < 0 || x > width || y > height) continue;
            page.fillStyle = `rgba(${shade[4 * i]},${shade[4 * i + 1]},${shade[4 * i + 2]},${shade[4 * i + 3] / 255})`;
            page.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
          }
        }
      },
    };
  }

  const toX = (x) => view.x + (x / 65535) * data.width * view.scale;
  const toY = (y) => view.y + (y / 65535) * data.height * view.scale;
  const radiusNow = () => Math.min(9, data.radius * Math.sqrt(Math.max(1, view.scale / home().scale)) * Math.sqrt(home().scale));

  function recolour() {
    const lit = hits && new Uint8Array(n);
    if (lit) for (const i of hits) lit[i] = 1;
    for (let i = 0; i < n; i++) {
      const topic = topicOf[i], group = groupOf[i], colour = group < 0 ? grey : rgb[group];
      const bright = lit ? lit[i] : chosen < 0 || topic === chosen;
      shade[4 * i] = colour[0]; shade[4 * i + 1] = colour[1]; shade[4 * i + 2] = colour[2];
      shade[4 * i + 3] = bright ? (lit ? 255 : group < 0 ? 110 : 200) : FADED;
    }
    painter.recolour();
    for (const label of labels) for (const part of [label.box, label.line]) part.classList.toggle("faded", chosen >= 0 && label.topic !== chosen);
    glow.style.opacity = chosen >= 0 || hits ? 0.25 : 1;
    redraw();
  }

  // While the map moves, as many points are drawn as the machine can draw in time (their order is random); all when it rests.
  let isWaiting = false, movedAt = -SETTLE, drawnAt = 0, share = 1;
  function redraw() {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame((now) => {
      isWaiting = false;
      const isMoving = now - movedAt < SETTLE, took = now - drawnAt;
      if (isMoving && drawnAt) share = took > SLOW ? Math.max(FEWEST / Math.max(n, FEWEST), 0.7 * share) : took < QUICK ? Math.min(1, 1.15 * share) : share;
      drawnAt = isMoving ? now : 0;
      map.dataset.part = isMoving ? share : 1;
      painter.draw(radiusNow(), isMoving ? share : 1);
      if (isMoving) redraw();
      glow.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
      placeLabels();
    });
  }

  // ---- Labels: the largest topics first, each only where no larger one stands; more room, more labels -------------
  const labels = data.topics.map((topic, number) => {
    const box = element("div", topic.broken ? "label broken" : "label", topic.label ? topic.broken || topic.label : "");
    box.style.color = topic.ink;
    box.style.fontSize = `${topic.points}px`;
    box.style.fontWeight = topic.weight;
    get("labels").append(box);
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    line.style.stroke = topic.ink;
    line.style.strokeWidth = `${Math.max(0.8, 0.085 * topic.points)}px`;
    get("leaders").append(line);
    return { topic: number, box, line, wide: 0, high: 0, x: topic.x, y: topic.y, place: topic.place, held: topic.held, size: topic.size };
  }).filter((label) => label.size && label.box.textContent).sort((a, b) => b.size - a.size);

  function measureLabels() { for (const label of labels) { label.wide = label.box.offsetWidth; label.high = label.box.offsetHeight; } }

  // Where a label was laid out, as long as that is near its cloud, or where the researcher put it; else on the cloud.
  function middleOf(label) {
    const x = toX(label.x), y = toY(label.y);
    if (!label.place) return [x, y];
    const there = [toX(label.place[0]), toY(label.place[1])];
    return label.held || Math.hypot(there[0] - x, there[1] - y) <= FAR ? there : [x, y];
  }

  function drawLeader(label, left, top, fits) {
    const x = toX(label.x), y = toY(label.y), air = 3;
    const endX = Math.min(Math.max(x, left - air), left + label.wide + air), endY = Math.min(Math.max(y, top - air), top + label.high + air);
    const isAway = fits && Math.hypot(endX - x, endY - y) > 10;
    label.line.style.display = isAway ? "" : "none";
    if (isAway) for (const [name, value] of [["x1", x], ["y1", y], ["x2", endX], ["y2", endY]]) label.line.setAttribute(name, value.toFixed(1));
  }

  function placeLabels() {
    const taken = [];
    for (const label of labels) {
      const [x, y] = middleOf(label), left = x - label.wide / 2, top = y - label.high / 2;
      const right = left + label.wide, bottom = top + label.high;
      const fits = right > 0 && left < width && bottom > 0 && top < height
        && !taken.some((other) => left < other[2] && right > other[0] && top < other[3] && bottom > other[1]);
      label.box.classList.toggle("away", !fits);
      drawLeader(label, left, top, fits);
      if (!fits) continue;
      taken.push([left - 2, top - 1, right + 2, bottom + 1]);
      label.box.style.transform = `translate(${left}px, ${top}px)`;
    }
  }

  // ---- Looking around ------------------------------------------------------------------------------------------
  function home() {
    const room = width > 760 ? width - 320 : width, most = Math.min(room / data.width, height / data.height);
    return { x: (room - data.width * most) / 2, y: (height - data.height * most) / 2, scale: most };
  }

  function look(next) {
    const least = 0.3 * home().scale, most = MAX_ZOOM * home().scale;
    if (next.scale < least || next.scale > most) return;
    view = next;
    movedAt = performance.now();
    hideTip();
    redraw();
  }

  const zoom = (factor, x = width / 2, y = height / 2) => look({ x: x - (x - view.x) * factor, y: y - (y - view.y) * factor, scale: view.scale * factor });
  const pan = (x, y) => look({ ...view, x: view.x + x, y: view.y + y });
  const lookAt = (x, y, scale) => look({ x: width / 2 - (x / 65535) * data.width * scale, y: height / 2 - (y / 65535) * data.height * scale, scale });

  function resize() {
    const wasHome = view.scale === home().scale;
    width = map.clientWidth; height = map.clientHeight; ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio);
    if (wasHome || view.scale === 1) view = home();
    measureLabels();
    redraw();
  }

  const pointers = new Map();
  let moved = 0;
  map.addEventListener("pointerdown", (event) => { map.setPointerCapture(event.pointerId); pointers.set(event.pointerId, event); moved = 0; });
  map.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) { hover(event.clientX, event.clientY); return; }
    const others = [...pointers.values()].filter((other) => other.pointerId !== event.pointerId);
    pointers.set(event.pointerId, event);
    moved += Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY);
    map.classList.add("dragging");
    if (!others.length) { pan(event.clientX - before.clientX, event.clientY - before.clientY); return; }
    const apart = (point) => Math.hypot(point.clientX - others[0].clientX, point.clientY - others[0].clientY);
    zoom(apart(event) / Math.max(1, apart(before)), (event.clientX + others[0].clientX) / 2, (event.clientY + others[0].clientY) / 2);
  });
  const lift = (event) => {
    if (pointers.delete(event.pointerId) && event.type === "pointerup" && moved < 4) choose(hovered < 0 ? -1 : topicOf[hovered]);
    map.classList.remove("dragging");
  };
  map.addEventListener("pointerup", lift);
  map.addEventListener("pointercancel", lift);
  map.addEventListener("pointerleave", hideTip);
  map.addEventListener("dblclick", (event) => zoom(2, event.clientX, event.clientY));
  map.addEventListener("wheel", (event) => { event.preventDefault(); zoom(Math.pow(1.0016, -event.deltaY * (event.deltaMode ? 20 : 1)), event.clientX, event.clientY); }, { passive: false });
  map.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (step) pan(...step);
    else if (event.key === "+" || event.key === "=") zoom(1.5);
    else if (event.key === "-") zoom(1 / 1.5);
    else if (event.key === "0") look(home());
    else if (event.key === "Escape") { search.value = ""; hits = null; choose(-1); }
    else return;
    event.preventDefault();
  });
  get("in").addEventListener("click", () => zoom(1.5));
  get("out").addEventListener("click", () => zoom(1 / 1.5));
  get("home").addEventListener("click", () => look(home()));

  // ---- What the pointer is over: a grid of the unit square, so that only some cells are searched -------------------
  const CELLS = 256, first = new Uint32Array(CELLS * CELLS + 1), inCell = new Uint32Array(n);
  const cellOf = (i) => (ys[i] >> 8) * CELLS + (xs[i] >> 8);
  for (let i = 0; i < n; i++) first[cellOf(i) + 1]++;
  for (let cell = 0; cell < CELLS * CELLS; cell++) first[cell + 1] += first[cell];
  const next = first.slice(0, -1);
  for (let i = 0; i < n; i++) inCell[next[cellOf(i)]++] = i;

  function nearest(x, y) {
    const cell = (place, start, side) => Math.floor(((place - start) / (side * view.scale)) * CELLS), clip = (c) => Math.max(0, Math.min(CELLS - 1, c));
    let best = REACH * REACH, found = -1;
    for (let row = clip(cell(y - REACH, view.y, data.height)); row <= clip(cell(y + REACH, view.y, data.height)); row++) {
      for (let column = clip(cell(x - REACH, view.x, data.width)); column <= clip(cell(x + REACH, view.x, data.width)); column++) {
        for (let at = first[row * CELLS + column]; at < first[row * CELLS + column + 1]; at++) {
          const i = inCell[at], distance = (toX(xs[i]) - x) ** 2 + (toY(ys[i]) - y) ** 2;
          if (distance <= best && shade[4 * i + 3] > FADED) { best = distance; found = i; }
        }
      }
    }
    return found;
  }

  function hover(x, y) {
    const found = nearest(x, y);
    map.classList.toggle("over", found >= 0);
    if (found < 0) { hideTip(); return; }
    if (found !== hovered) {
      hovered = found;
      const topic = topicOf[found] < 0 ? "in no topic" : data.topics[topicOf[found]].label;
      tip.replaceChildren(...[["strong", "", data.titles[found]], ["span", "topic", topic], ["span", "excerpt", data.excerpts[found]]]
        .filter((part) => part[2]).map((part) => element(...part)));
    }
    const left = Math.min(x + 14, width - tip.offsetWidth - 8), below = y + 16 + tip.offsetHeight < height;
    tip.style.transform = `translate(${Math.max(8, left)}px, ${below ? y + 16 : Math.max(8, y - 12 - tip.offsetHeight)}px)`;
    tip.classList.add("shown");
  }

  function hideTip() { hovered = -1; tip.classList.remove("shown"); map.classList.remove("over"); }

  // ---- The list: topics, or what was found ----------------------------------------------------------------------
  function row(colour, name, size, onClick) {
    const made = element("button", "row"), dot = element("span", "dot");
    made.type = "button";
    dot.style.background = colour;
    made.append(dot, element("span", "name", name));
    if (size !== undefined) made.append(element("span", "size", size.toLocaleString("en")));
    made.title = name;
    made.addEventListener("click", onClick);
    return made;
  }

  function showTopics() {
    const rows = labels.map((label) => {
      const topic = data.topics[label.topic], made = row(topic.colour, topic.label, topic.size, () => choose(chosen === label.topic ? -1 : label.topic));
      made.setAttribute("aria-pressed", String(chosen === label.topic));
      return made;
    });
    list.replaceChildren(...(paint ? legend() : []), element("h2", "", `${labels.length.toLocaleString("en")} topics`), ...rows);
  }

  // What other colours than those of topics stand for; who clicks one sees its documents alone, until the next click.
  function legend() {
    const parts = [element("h2", "", paint.title)];
    for (const swatch of paint.swatches) {
      const made = row(paint.colours[swatch.group], swatch.text, swatch.size, () => light(shownGroup === swatch.group ? -1 : swatch.group));
      made.setAttribute("aria-pressed", String(shownGroup === swatch.group));
      parts.push(made);
    }
    if (paint.marks.length) {
      const bar = element("div", "scale"), marks = element("div", "marks");
      bar.style.background = `linear-gradient(to right, ${paint.colours.join(", ")})`;
      marks.append(...paint.marks.map((words) => element("span", "", words)));
      parts.push(bar, marks);
    }
    if (paint.missing) parts.push(element("p", "quiet", `${paint.missing.toLocaleString("en")} without a value: grey`));
    return parts;
  }

  let shownGroup = -1;
  function light(group) {
    shownGroup = group;
    hits = group < 0 ? null : [...groupOf.keys()].filter((i) => groupOf[i] === group);
    chosen = -1;
    showTopics();
    recolour();
  }

  function choose(topic) {
    const kept = list.scrollTop;
    chosen = topic;
    if (shownGroup >= 0) { shownGroup = -1; hits = null; }
    if (!hits) { showTopics(); list.scrollTop = kept; }
    recolour();
  }

  const haystack = Array.from({ length: n }, (_, i) => `${data.titles[i] || ""}\n${data.excerpts[i] || ""}`.toLowerCase());
  const names = data.topics.map((topic) => topic.label.toLowerCase());
  function find() {
    const wanted = search.value.trim().toLowerCase();
    hits = null;
    chosen = shownGroup = -1;
    if (wanted) {
      hits = [];
      const topics = names.map((name) => name.includes(wanted));
      for (let i = 0; i < n; i++) if (haystack[i].includes(wanted) || (topicOf[i] >= 0 && topics[topicOf[i]])) hits.push(i);
      const rows = hits.slice(0, HITS).map((i) => {
        const topic = topicOf[i], colour = topic < 0 ? data.grey : data.topics[topic].colour;
        return row(paint ? `rgb(${groupOf[i] < 0 ? grey : rgb[groupOf[i]]})` : colour, data.titles[i] || data.excerpts[i] || (topic < 0 ? "Document" : data.topics[topic].label), undefined, () => {
          lookAt(xs[i], ys[i], Math.max(view.scale, 6 * home().scale));
          hover(width / 2, height / 2);
        });
      });
      const words = `${hits.length.toLocaleString("en")} found${hits.length > HITS ? `, the first ${HITS} listed` : ""}`;
      list.replaceChildren(element("h2", "", words), ...rows);
    } else showTopics();
    recolour();
  }
  let pause = 0;
  search.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(find, SETTLE); });
  search.addEventListener("keydown", (event) => { if (event.key === "Escape") { search.value = ""; find(); } });

  get("title").textContent = data.title;
  get("subtitle").textContent = data.subtitle;
  get("foot").textContent = data.foot;
  map.setAttribute("aria-label", data.alt);
  document.title = data.title || "Topic map";
  document.documentElement.classList.toggle("dark", data.theme === "dark");
  document.documentElement.style.setProperty("--ground", data.ground);
  glow.width = data.width;
  glow.height = data.height;
  glow.src = data.glow;
  window.addEventListener("resize", resize);
  if (document.fonts) document.fonts.ready.then(() => { measureLabels(); redraw(); });
  showTopics();
  resize();
  recolour();
  document.documentElement.dataset.ready = "yes";
})();
