package dev.millrace.embedded.store;

import dev.millrace.runtime.Threads;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The store as a component: running from construction until it is closed.
public final class EmbeddedStore implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedStore.class);
    /// Bodies whose hash is in the signature are read into the heap before the signature can be checked.
    private static final int MAX_BUFFERED_BODY_BYTES = 16 * 1024 * 1024;
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(30);

    private final DataFolder folder;
    private final StoreServer server;
    private final ScheduledExecutorService sweeper;

    /// @throws IOException when the folder is in use or the port is taken
    public EmbeddedStore(EmbeddedStoreConfig config) throws IOException {
        folder = new DataFolder(config.data());
        try {
            var files = new FilesystemNio2BlobStore(folder.root().toString());
            var objects = new FilesystemNio2BlobStore(folder.objects().toString());
            var publisher = new Publisher(folder, objects, new KeyLocks());
            var space = new FreeSpace(folder.root(), config.fullPercent());
            var durable = new DurableBlobStore(objects, files, folder, publisher, space);
            var uploads = new MultipartBlobStore(durable, files, folder, publisher, space, InstantSource.system());
            var handler = new StoreServlet.Handler(uploads, config, MAX_BUFFERED_BODY_BYTES);
            var heap = new HeapBudget(Runtime.getRuntime().maxMemory() / 2, MAX_BUFFERED_BODY_BYTES);
            server = new StoreServer(new StoreServlet(handler, heap), config.port(), config.maxRequests());
            sweeper = Executors.newSingleThreadScheduledExecutor(Threads.platform("upload-sweeper"));
            var _ = sweeper.scheduleWithFixedDelay(
                    () -> uploads.discardIdle(config.idleUpload()),
                    SWEEP_EVERY.toMillis(),
                    SWEEP_EVERY.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
        LOGGER.atInfo()
                .addKeyValue("endpoint", endpoint())
                .addKeyValue("data", folder.root())
                .log("store answers");
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /// Lets requests under way finish for a few seconds, then stops.
    @Override
    public void close() {
        sweeper.shutdownNow();
        try {
            server.stop();
        } catch (Exception e) {
            LOGGER.atWarn().addKeyValue("error", e.toString()).log("store did not stop cleanly");
        } finally {
            folder.close();
        }
    }
}
