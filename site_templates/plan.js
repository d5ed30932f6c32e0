/* What a ticked step would change. The plan is complete without it, and nothing is kept. */
(function () {
  "use strict";
  var box = document.getElementById("what-if");
  if (!box) return;
  var then = document.getElementById("then");
  var today = then.textContent;
  var levels = { open: 0, unseen: 0, attested: 1, stands: 2 };
  var shapes = document.querySelectorAll("#shapes svg");
  var marks = Array.from(box.querySelectorAll("[data-d]")).map(function (place) {
    return { place: place, id: place.getAttribute("data-d"), now: place.firstChild, level: levels[place.getAttribute("data-state")] };
  });
  var steps = Array.from(document.querySelectorAll("[data-step]")).map(function (item) {
    var tick = document.createElement("input");
    tick.type = "checkbox";
    tick.className = "tick";
    tick.setAttribute("aria-label", "Step " + item.getAttribute("data-step") + " is done");
    tick.addEventListener("change", apply);
    item.querySelector(".no").appendChild(tick);
    return {
      rank: +item.getAttribute("data-step"), tick: tick, gate: item.getAttribute("data-gate"),
      closed: item.getAttribute("data-closed").split(" ").map(Number),
      lifts: item.getAttribute("data-lifts").split(" ").filter(Boolean).map(function (part) {
        var pair = part.split(":");
        return { id: pair[0], needs: pair[1].split(",").filter(Boolean).map(Number) };
      })
    };
  }).sort(function (one, two) { return one.rank - two.rank; });

  function words(count, one, many) {
    return count + " " + (count === 1 ? one : many);
  }

  function apply() {
    var done = {}, lifted = {}, ticked = 0, left = [+box.getAttribute("data-critical"), +box.getAttribute("data-high")];
    var reach = 0, whole = true, gate = "";
    steps.forEach(function (step) {
      done[step.rank] = step.tick.checked;
      if (whole && step.tick.checked) gate = step.gate;
      whole = whole && step.tick.checked;
      if (!step.tick.checked) return;
      ticked += 1;
      left = left.map(function (count, index) { return Math.max(0, count - step.closed[index]); });
      step.lifts.forEach(function (lift) {
        if (lift.needs.every(function (rank) { return done[rank]; })) lifted[lift.id] = (lifted[lift.id] || 0) + 1;
      });
    });
    marks.forEach(function (mark) {
      var level = Math.min(2, mark.level + (lifted[mark.id] || 0));
      mark.place.replaceChildren(level === mark.level ? mark.now : shapes[level + 1].cloneNode(true));
      if (!level) reach += 1;
    });
    box.className = ticked ? "live" : "";
    then.textContent = !ticked ? today : "With " + words(ticked, "step", "steps") + " done, " + words(reach, "disaster", "disasters") +
      " could reach us; " + left[0] + " critical and " + words(left[1], "high finding", "high findings") + " would be left to fix" +
      (gate ? "; the gate would say " + gate : "") + ".";
  }

  /* A step that is folded away opens when a link leads to it. */
  function reveal() {
    var target = document.getElementById(location.hash.slice(1));
    for (var item = target; item; item = item.parentElement) if (item.tagName === "DETAILS") item.open = true;
    if (target) target.scrollIntoView();
  }

  window.addEventListener("hashchange", reveal);
  document.getElementById("tick-note").hidden = false;
  reveal();
})();
