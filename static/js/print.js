// On a page made for paper: asks the browser to print it, once everything is there.
addEventListener("load", () => print());
