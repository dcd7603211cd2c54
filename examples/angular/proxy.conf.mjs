/** The page and its backend are one origin, as they are behind a server of your own. */
const target = `http://127.0.0.1:${process.env.API_PORT ?? 3000}`;

export default { '/api': { target } };
