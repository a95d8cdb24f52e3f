// Draws each chart from the table beside it, so that picture and numbers are the same data.
(() => {
  "use strict";
  const SYMBOLS = ["circle", "diamond", "rect", "triangle"];
  const themeColour = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(`--color-${name}`).trim();
  const words = (cell) => cell.textContent.replace(/\s+/g, " ").trim();
  const value = (cell) => ("value" in cell.dataset ? Number(cell.dataset.value) : null);

  function read(table) {
    const rows = [...table.tBodies[0].rows];
    const series = [...table.tHead.rows[0].cells].filter((head) => "series" in head.dataset);
    return {
      labels: rows.map((row) => words(row.cells[0])),
      marks: rows.map((row) => row.dataset.mark || ""),
      series: series.map((head) => ({
        name: words(head),
        colour: head.dataset.series,
        cells: rows.map((row) => row.cells[head.cellIndex]),
      })),
    };
  }

  function frame(figure) {
    const described = figure.getAttribute("aria-describedby");
    const title = document.getElementById(figure.getAttribute("aria-labelledby"));
    const description = `${words(title)}. ${words(document.getElementById(described))}`;
    return {
      animation: false,
      aria: { enabled: true, label: { description } },
      textStyle: { fontFamily: "Inter", fontSize: 12, color: themeColour("muted") },
      tooltip: {
        renderMode: "richText",
        backgroundColor: themeColour("base-100"),
        borderColor: themeColour("base-300"),
        textStyle: { color: themeColour("base-content"), fontSize: 12 },
        confine: true,
      },
    };
  }

  const quiet = () => ({
    axisLine: { lineStyle: { color: themeColour("base-300") } },
    axisTick: { show: false },
    axisLabel: { color: themeColour("muted"), hideOverlap: true, margin: 10 },
    nameTextStyle: { color: themeColour("muted"), align: "left" },
    splitLine: { lineStyle: { color: themeColour("base-300") } },
  });

  function lines(figure, data) {
    const at = (places) =>
      [data.labels[places[0].dataIndex]]
        .concat(data.series.map((one) => `${one.name}: ${words(one.cells[places[0].dataIndex])}`))
        .join("\n");
    const option = frame(figure);
    const { marks } = data, marked = marks.some(Boolean), axis = figure.dataset.axis;
    // what is marked is written however narrow the picture is; what is left out is beside it
    const first = marks.findIndex(Boolean);
    const written = (place) => {
      const every = Math.ceil((marks.length * 40) / figure.clientWidth);
      const near = marks.some((mark, at) => mark && Math.abs(at - place) < every);
      return Boolean(marks[place]) || (!near && (place - first) % every === 0);
    };
    const label = (text, place) => (marks[place] ? `${text}\n${marks[place]}` : text);
    const below = { nameLocation: "middle", nameGap: marked ? 48 : 28 };
    const share = "counts" in figure.dataset ? { minInterval: 1 } : { max: 100, interval: 25 };
    return {
      ...option,
      tooltip: { ...option.tooltip, trigger: "axis", formatter: at },
      grid: { left: 28, right: 84, top: 32, bottom: 28 + (marked ? 20 : 0) + (axis ? 18 : 0) },
      xAxis: {
        ...quiet(),
        type: "category",
        data: data.labels,
        axisLabel: { ...quiet().axisLabel, formatter: label, lineHeight: 16, ...(marked ? { interval: written } : {}) },
        ...(axis ? { ...below, name: axis, nameTextStyle: { color: themeColour("muted") } } : {}),
      },
      yAxis: { ...quiet(), type: "value", min: 0, ...share, name: figure.dataset.unit },
      series: data.series.map((one, i) => ({
        type: "line",
        name: one.name,
        data: one.cells.map(value),
        symbol: SYMBOLS[i],
        symbolSize: data.labels.length > 30 ? 4 : 7,
        color: themeColour(one.colour),
        lineStyle: { width: 2 },
        emphasis: { disabled: true },
        endLabel: { show: true, formatter: one.name, color: themeColour(one.colour), lineHeight: 15 },
        labelLayout: { moveOverlap: "shiftY" },
      })),
    };
  }

  function bars(figure, data) {
    const [one] = data.series;
    const option = frame(figure);
    return {
      ...option,
      tooltip: { ...option.tooltip, formatter: (bar) => `${bar.name}: ${words(one.cells[bar.dataIndex])}` },
      grid: { left: 152, right: 64, top: 28, bottom: 4 },
      xAxis: { ...quiet(), type: "value", show: false },
      yAxis: {
        ...quiet(),
        type: "category",
        inverse: true,
        data: data.labels,
        name: figure.dataset.unit,
        nameLocation: "start",
        axisLabel: { color: themeColour("base-content"), width: 140, overflow: "break" },
        axisLine: { show: false },
      },
      series: [
        {
          type: "bar",
          barMaxWidth: 22,
          data: one.cells.map((cell) => ({
            value: value(cell),
            itemStyle: { color: themeColour(cell.dataset.colour), borderRadius: [0, 3, 3, 0] },
          })),
          emphasis: { disabled: true },
          label: {
            show: true,
            position: "right",
            color: themeColour("base-content"),
            formatter: (bar) => words(one.cells[bar.dataIndex]),
          },
        },
      ],
    };
  }

  const kinds = { lines, bars };

  // A figure that is swapped for the same one with other numbers goes on with its chart: while
  // somebody drags there are many a second, and a chart is dear to make and never let go by itself.
  const drawn = new Map();

  function draw(figure) {
    const name = figure.getAttribute("aria-labelledby");
    const before = drawn.get(name);
    const goesOn = before && !before.canvas.isConnected;
    const drawing = goesOn ? before : made(figure.querySelector(".canvas"));
    if (goesOn) figure.querySelector(".canvas").replaceWith(before.canvas);
    else drawn.set(name, drawing);
    drawing.figure = figure;
    drawing.data = read(figure.querySelector("table"));
    drawing.paint();
  }

  function made(canvas) {
    const drawing = { canvas, chart: echarts.init(canvas, null, { renderer: "svg" }) };
    const isSeen = () => canvas.isConnected; // a figure may have gone for a while
    drawing.paint = () => {
      const { figure, data, chart } = drawing;
      if (isSeen()) chart.setOption(kinds[figure.dataset.chart](figure, data), true);
    };
    drawing.chart.on("click", ({ seriesIndex, dataIndex }) =>
      drawing.data.series[seriesIndex].cells[dataIndex].querySelector("a")?.click());
    new ResizeObserver(() => isSeen() && drawing.chart.resize()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawing.paint);
    return drawing;
  }

  const waiting = "figure[data-chart]:not([data-drawn])";
  function drawAll(within) {
    for (const figure of within.querySelectorAll(waiting)) {
      figure.dataset.drawn = "";
      draw(figure);
    }
  }
  drawAll(document);
  document.addEventListener("htmx:load", (event) => drawAll(event.detail.elt)); // what was swapped in
})();
