/* Search over all findings. The page is complete without it; nothing is loaded before the first use. */
(function () {
  "use strict";
  var form = document.getElementById("search");
  if (!form) return;
  var most = 200, soon = 25, later = 0;
  var fields = ["q", "state", "severity", "area"];
  var input = {};
  fields.forEach(function (name) { input[name] = document.getElementById(name); });
  var status = document.getElementById("status");
  var found = document.getElementById("found");
  var listed = document.getElementById("listed");
  var data = null, rows = [], asked = false;

  function read() {
    var parts = location.hash.slice(1).split("&");
    fields.forEach(function (name) {
      var value = "";
      parts.forEach(function (part) {
        var at = part.indexOf("=");
        if (part.slice(0, at) === name) {
          try { value = decodeURIComponent(part.slice(at + 1)); } catch (error) { value = ""; }
        }
      });
      input[name].value = value;
    });
  }

  function write() {
    var parts = fields.filter(function (name) { return input[name].value; }).map(function (name) {
      return name + "=" + encodeURIComponent(input[name].value);
    });
    history.replaceState(null, "", "#" + parts.join("&"));
  }

  function active() {
    return fields.some(function (name) { return input[name].value.trim(); });
  }

  /* Called by the data file. */
  window.auditgenFindings = function (loaded) {
    data = loaded;
    var checks = data.titles.map(function (text) { return text.toLowerCase(); });
    var accounts = data.accounts.map(function (text) { return text.toLowerCase(); });
    var owners = data.owners.map(function (text) { return text.toLowerCase(); });
    rows = data.says.map(function (says, index) {
      return [says.toLowerCase(), data.subject[index].toLowerCase(), checks[data.check[index]], accounts[data.account[index]],
        owners[data.owner[index]], data.severities[data.severity[index]], data.files[index]].join("\n");
    });
    apply();
  };

  function load() {
    if (asked) return;
    asked = true;
    status.textContent = "Loading the findings";
    var script = document.createElement("script");
    script.src = form.getAttribute("data-file");
    script.onerror = function () { status.textContent = "The findings could not be loaded; the list below is complete."; };
    document.head.appendChild(script);
  }

  function element(name, text, css) {
    var made = document.createElement(name);
    if (text) made.textContent = text;
    if (css) made.className = css;
    return made;
  }

  var marks = {};
  document.querySelectorAll("#marks [data-state]").forEach(function (mark) {
    marks[mark.getAttribute("data-state")] = mark;
  });

  function link(folder, file, text) {
    if (!file) return document.createTextNode(text);
    var made = element("a", text);
    made.href = folder + "/" + file + ".html";
    return made;
  }

  function draw(hits) {
    var table = element("table", "", "stack findings");
    var head = table.createTHead().insertRow();
    ["State", "Finding", "Account", "Owner"].forEach(function (text) {
      var cell = element("th", text);
      cell.scope = "col";
      head.appendChild(cell);
    });
    var body = table.createTBody();
    fill(body, hits.slice(0, soon));
    found.replaceChildren(table);
    /* The first screenful at once, the rest when typing pauses. */
    clearTimeout(later);
    if (hits.length > soon) later = setTimeout(function () { fill(body, hits.slice(soon)); }, 120);
  }

  function fill(body, hits) {
    hits.forEach(function (index) {
      var row = body.insertRow();
      var verdict = data.verdicts[data.verdict[index]];
      var cell = row.insertCell();
      if (marks[verdict]) cell.appendChild(marks[verdict].cloneNode(true));
      cell.appendChild(element("small", data.severities[data.severity[index]]));
      cell = element("th");
      cell.scope = "row";
      cell.appendChild(link("finding", data.files[index], data.says[index]));
      cell.appendChild(element("small", [data.titles[data.check[index]], data.subject[index]].filter(Boolean).join(" · ")));
      row.appendChild(cell);
      cell = row.insertCell();
      cell.setAttribute("data-l", "Account");
      cell.appendChild(link("account", data.account_files[data.account[index]], data.accounts[data.account[index]] || "–"));
      cell = row.insertCell();
      cell.setAttribute("data-l", "Owner");
      cell.appendChild(link("owner", data.owner_files[data.owner[index]], data.owners[data.owner[index]] || "nobody named"));
    });
  }

  function apply() {
    clearTimeout(later);
    if (!active()) {
      listed.hidden = false;
      found.hidden = true;
      found.replaceChildren();
      status.textContent = "";
      return;
    }
    if (!data) return load();
    var terms = input.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    var verdict = data.verdicts.indexOf(input.state.value);
    var severity = data.severities.indexOf(input.severity.value);
    var area = data.areas.indexOf(input.area.value);
    var hits = [], count = 0;
    for (var index = 0; index < rows.length; index += 1) {
      if (verdict >= 0 && data.verdict[index] !== verdict) continue;
      if (severity >= 0 && data.severity[index] !== severity) continue;
      if (area >= 0 && data.area[index] !== area) continue;
      var fits = true;
      for (var term = 0; fits && term < terms.length; term += 1) fits = rows[index].indexOf(terms[term]) >= 0;
      if (!fits) continue;
      count += 1;
      if (hits.length < most) hits.push(index);
    }
    status.textContent = count === 0 ? "No finding fits." : count + " of " + rows.length + (count === 1 ? " finding fits" : " findings fit") +
      (count > most ? "; the first " + most + " are shown." : ".");
    draw(hits);
    listed.hidden = true;
    found.hidden = false;
  }

  function changed() {
    write();
    apply();
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", changed);
  window.addEventListener("hashchange", function () { read(); apply(); });
  input.q.addEventListener("focus", load);
  form.hidden = false;
  read();
  apply();
})();
