/** Entry of our own page: we are our own first embedder. */

import "./elements/define.js";
