// A chat as socket.io's documentation has it, with the Redis adapter: node socketio.js PORT REDIS_URL
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const [port, url] = process.argv.slice(2);
const publisher = createClient({ url });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });
io.adapter(createAdapter(publisher, subscriber));
io.on("connection", (socket) => {
  socket.join("hall");
  socket.on("say", (text) => io.to("hall").emit("said", text));
});
http.listen(Number(port), "127.0.0.1");
