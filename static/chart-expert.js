// The drawing board of the expert mode: loads our BPMN, hands the changed one back to the form.
(() => {
  const board = document.getElementById("board");
  const form = document.getElementById("board-form");
  if (!board || !form || !window.BpmnJS) return;
  const [hand, lasso, connect, start, step, decision, parallel, end] = board.dataset.words.split("|");

  // Only what the steps of a standard can hold.
  class Palette {
    constructor(palette, create, elementFactory, handTool, lassoTool, globalConnect) {
      Object.assign(this, { create, elementFactory, handTool, lassoTool, globalConnect });
      palette.registerProvider(this);
    }
    shape(type, className, title) {
      const begin = (event) => this.create.start(event, this.elementFactory.createShape({ type }));
      return { group: "shapes", className, title, action: { dragstart: begin, click: begin } };
    }
    getPaletteEntries() {
      return {
        "hand-tool": { group: "tools", className: "bpmn-icon-hand-tool", title: hand, action: { click: (event) => this.handTool.activateHand(event) } },
        "lasso-tool": { group: "tools", className: "bpmn-icon-lasso-tool", title: lasso, action: { click: (event) => this.lassoTool.activateSelection(event) } },
        "global-connect-tool": { group: "tools", className: "bpmn-icon-connection-multi", title: connect, action: { click: (event) => this.globalConnect.start(event) } },
        "tool-separator": { group: "tools", separator: true },
        "create.start": this.shape("bpmn:StartEvent", "bpmn-icon-start-event-none", start),
        "create.step": this.shape("bpmn:UserTask", "bpmn-icon-user-task", step),
        "create.decision": this.shape("bpmn:ExclusiveGateway", "bpmn-icon-gateway-xor", decision),
        "create.parallel": this.shape("bpmn:ParallelGateway", "bpmn-icon-gateway-parallel", parallel),
        "create.end": this.shape("bpmn:EndEvent", "bpmn-icon-end-event-none", end),
      };
    }
  }
  Palette.$inject = ["palette", "create", "elementFactory", "handTool", "lassoTool", "globalConnect"];

  const trouble = () => { document.getElementById("board-trouble").hidden = false; };
  const modeler = new window.BpmnJS({ container: board, additionalModules: [{ paletteProvider: ["type", Palette] }] });
  const drawing = form.elements.drawing;
  const load = async () => {
    // After a refusal the drawing is still in the form.
    const xml = drawing.value || await (await fetch(board.dataset.source)).text();
    const { warnings } = await modeler.importXML(xml);
    board.dataset.warnings = String(warnings.length);
    const canvas = modeler.get("canvas");
    canvas.zoom("fit-viewport");
    // The palette stands on the left: leave it room.
    canvas.zoom(canvas.zoom() * 0.9);
    canvas.scroll({ dx: 50, dy: 10 });
    board.dataset.ready = "yes";
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      drawing.value = (await modeler.saveXML({ format: true })).xml;
      form.submit();
    } catch (error) {
      trouble();
    }
  });
  load().catch(trouble);
})();
