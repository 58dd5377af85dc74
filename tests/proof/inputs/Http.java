// Http: an HttpServer with a pool of threads, its clients, and a plain ServerSocket.
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.Executors;

public class Http {
	static final InetAddress HERE = InetAddress.getLoopbackAddress();

	static void http() throws Exception {
		var pool = Executors.newFixedThreadPool(4);
		var server = HttpServer.create(new InetSocketAddress(HERE, 0), 0);
		server.createContext("/", exchange -> {
			var answer = exchange.getRequestURI().getPath().toUpperCase().getBytes();
			exchange.sendResponseHeaders(200, answer.length);
			exchange.getResponseBody().write(answer);
			exchange.close();
		});
		server.setExecutor(pool);
		server.start();
		var client = HttpClient.newHttpClient();
		for (int i = 0; i < 5; i++) {
			var uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/page" + i);
			var answer = client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
			System.out.println(answer.statusCode() + " " + answer.body());
		}
		server.stop(0);
		pool.shutdown();
	}

	static void plain() throws Exception {
		try (var server = new ServerSocket(0, 5, HERE)) {
			var thread = new Thread(() -> {
				try (var s = server.accept()) {
					s.getInputStream().transferTo(s.getOutputStream());
				} catch (java.io.IOException e) {
					System.out.println(e);
				}
			});
			thread.start();
			try (var s = new Socket(HERE, server.getLocalPort())) {
				s.getOutputStream().write("to be\n".getBytes());
				s.shutdownOutput();
				System.out.println(new BufferedReader(new InputStreamReader(s.getInputStream())).readLine());
			}
			thread.join();
		}
	}

	public static void main(String[] args) throws Exception {
		http();
		plain();
		System.exit(0);
	}
}
