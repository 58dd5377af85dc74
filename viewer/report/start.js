/* start: the page is there; begin. */

loadData();
filter();
document.documentElement.classList.add("script");
byId("rows").hidden = false;
startKeys();
startTable();
startDetails();
startPictures();
startOverview();
toolsView(new Set());
drawRows();
readHash();
seeCall();
window.addEventListener("hashchange", () => { readHash(); seeCall(); });
