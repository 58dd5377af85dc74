/* start: the page is there; begin. */

loadData();
shown = calls;
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
bringIntoSight();
window.addEventListener("hashchange", () => { readHash(); bringIntoSight(); });
