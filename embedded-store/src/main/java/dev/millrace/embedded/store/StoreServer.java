package dev.millrace.embedded.store;

import java.io.IOException;
import java.time.Duration;
import org.gaul.shaded.org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.gaul.shaded.org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.gaul.shaded.org.eclipse.jetty.http.HttpCompliance;
import org.gaul.shaded.org.eclipse.jetty.http.UriCompliance;
import org.gaul.shaded.org.eclipse.jetty.server.HttpConfiguration;
import org.gaul.shaded.org.eclipse.jetty.server.HttpConnectionFactory;
import org.gaul.shaded.org.eclipse.jetty.server.Server;
import org.gaul.shaded.org.eclipse.jetty.server.ServerConnector;
import org.gaul.shaded.org.eclipse.jetty.server.handler.GracefulHandler;
import org.gaul.shaded.org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The HTTP server around a servlet, on 127.0.0.1.
final class StoreServer {
    private static final Duration DRAIN = Duration.ofSeconds(3);
    private static final int WAITING_CONNECTIONS = 1024;

    private final Server server;
    private final ServerConnector connector;

    /// @throws IOException when the port is taken
    StoreServer(StoreServlet servlet, int port, int maxRequests) throws IOException {
        var threads = new QueuedThreadPool(maxRequests);
        threads.setName("store");
        server = new Server(threads);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(rules()));
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        connector.setAcceptQueueSize(WAITING_CONNECTIONS);
        server.addConnector(connector);
        var context = new ServletContextHandler();
        context.addServlet(new ServletHolder(servlet), "/*");
        server.setHandler(new GracefulHandler(context));
        server.setStopTimeout(DRAIN.toMillis());
        start(port);
    }

    int port() {
        return connector.getLocalPort();
    }

    /// Lets requests under way finish for a few seconds, then stops.
    void stop() throws Exception {
        server.stop();
    }

    /// Keys may hold anything, so paths are taken as they are; S3Proxy checks them.
    private static HttpConfiguration rules() {
        var rules = new HttpConfiguration();
        rules.setHttpCompliance(HttpCompliance.LEGACY);
        rules.setUriCompliance(UriCompliance.LEGACY);
        rules.setHeaderCacheCaseSensitive(true);
        rules.setSendServerVersion(false);
        return rules;
    }

    private void start(int port) throws IOException {
        try {
            server.start();
        } catch (IOException e) {
            throw new IOException("127.0.0.1:" + port + ": " + e.getMessage(), e);
        } catch (Exception e) {
            throw new IllegalStateException("store: " + e.getMessage(), e);
        }
    }
}
