// The page's own words. Names of things come with the graph.
export const LANGUAGES = ["en", "zh-hant", "zh-hans"];

export const WORDS = {
  en: {
    search: "Search names", none: "nothing found", graph: "Graph", list: "List", types: "Kinds of thing",
    relations: "Relations", outlets: "Outlets", time: "Time", from: "From", to: "To", weight: "At least so many articles",
    language: "Language of names", theme: "Colours", auto: "as the system", light: "light", dark: "dark",
    shown: (n, all, e, every) => `${n} of ${all} things, ${e} of ${every} relations`,
    filters: "Filters", reset: "Show everything", all: "all", nothing: "none", close: "Close", fit: "Whole graph",
    undated: "What has no date is always shown.", articles: (n) => (n === 1 ? "1 article" : `${n} articles`),
    curated: "reference data, said by no article", more: (n) => `and ${n} more places in the articles`,
    relationsOf: (n) => (n === 1 ? "1 relation" : `${n} relations`), about: "about", source: "source",
    hint: "Click a dot or a line to read the sentences behind it. Larger dots have more relations.",
    dashed: "Orange lines: only alleged, denied, planned or reported.", name: "Name", kind: "Kind", links: "Relations",
    nowebgl: "This browser draws no WebGL; this is the plainer picture. Everything is in the list too.",
    broken: "This browser is too old to unpack the graph: open the page in a newer one.", top: "Most connected",
    help: "How to read this",
  },
  "zh-hant": {
    search: "搜尋名稱", none: "找不到", graph: "圖", list: "清單", types: "類別", relations: "關係", outlets: "媒體",
    time: "時間", from: "從", to: "到", weight: "至少多少篇文章", language: "名稱語言", theme: "配色", auto: "隨系統",
    light: "淺色", dark: "深色", shown: (n, all, e, every) => `${all} 個節點中的 ${n} 個，${every} 條關係中的 ${e} 條`,
    filters: "篩選", reset: "全部顯示", all: "全選", nothing: "全不選", close: "關閉", fit: "整張圖",
    undated: "沒有日期者一律顯示。", articles: (n) => `${n} 篇文章`, curated: "整理資料，並非出自文章",
    more: (n) => `文章中另有 ${n} 處`, relationsOf: (n) => `${n} 條關係`, about: "關於", source: "來源",
    hint: "點選圓點或線，閱讀其背後的句子。圓點愈大，關係愈多。", dashed: "橙色線：僅為指控、否定、計劃或轉述。",
    name: "名稱", kind: "類別", links: "關係", nowebgl: "此瀏覽器不支援 WebGL，以下為較簡單的圖；清單中亦有全部內容。",
    broken: "此瀏覽器版本過舊，無法解開圖的資料，請改用較新的瀏覽器。", top: "關係最多者", help: "如何閱讀",
  },
  "zh-hans": {
    search: "搜索名称", none: "找不到", graph: "图", list: "列表", types: "类别", relations: "关系", outlets: "媒体",
    time: "时间", from: "从", to: "到", weight: "至少多少篇文章", language: "名称语言", theme: "配色", auto: "随系统",
    light: "浅色", dark: "深色", shown: (n, all, e, every) => `${all} 个节点中的 ${n} 个，${every} 条关系中的 ${e} 条`,
    filters: "筛选", reset: "全部显示", all: "全选", nothing: "全不选", close: "关闭", fit: "整张图",
    undated: "没有日期者一律显示。", articles: (n) => `${n} 篇文章`, curated: "整理资料，并非出自文章",
    more: (n) => `文章中另有 ${n} 处`, relationsOf: (n) => `${n} 条关系`, about: "关于", source: "来源",
    hint: "点选圆点或线，阅读其背后的句子。圆点越大，关系越多。", dashed: "橙色线：仅为指控、否定、计划或转述。",
    name: "名称", kind: "类别", links: "关系", nowebgl: "此浏览器不支持 WebGL，以下为较简单的图；列表中亦有全部内容。",
    broken: "此浏览器版本过旧，无法解开图的数据，请改用较新的浏览器。", top: "关系最多者", help: "如何阅读",
  },
};
