package dev.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.StoredObject;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.testkit.EmbeddedStore;
import dev.millrace.testkit.ScratchFolder;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The embedded store killed, crowded and started again, through the adapter.
final class EmbeddedStoreFaultIT {
    private static final BucketName BUCKET = new BucketName("millrace-faults");
    private static final ObjectAttributes TEXT = new ObjectAttributes("text/plain", null);

    private ScratchFolder folder;
    private EmbeddedStore server;
    private ObjectStore store;

    @BeforeEach
    void start() {
        folder = new ScratchFolder("store-faults");
        server = new EmbeddedStore(folder.path()).start();
        store = Adapters.store(server.access(), BUCKET);
        store.ensureBucket(BUCKET);
    }

    @AfterEach
    void stop() {
        store.close();
        server.kill();
        folder.close();
    }

    @Test
    void losesNoAcknowledgedObjectWhenItIsKilled() throws Exception {
        var acknowledged = ConcurrentHashMap.<String>newKeySet();
        var started = new AtomicInteger();
        Callable<Void> writer = () -> {
            try {
                for (; ; ) {
                    String key = "folder-" + started.incrementAndGet() + "/object";
                    store.put(new ObjectLocation(BUCKET, key), Payload.ofUtf8(key), TEXT, WriteCondition.IF_ABSENT);
                    acknowledged.add(key);
                }
            } catch (PlatformException _) {
                return null;
            }
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writers = new ArrayList<>(List.of(threads.submit(writer)));
            for (int i = 0; i < 7; i++) {
                writers.add(threads.submit(writer));
            }
            await().until(() -> acknowledged.size() > 200);

            server.kill();

            for (var ended : writers) {
                ended.get();
            }
        }
        server.start();

        for (String key : acknowledged) {
            assertThat(store.get(new ObjectLocation(BUCKET, key), 1_000).map(StoredObject::body))
                    .hasValue(Payload.ofUtf8(key));
        }
        assertThat(listed())
                .allMatch(key -> key.matches("folder-\\d+/object"))
                .hasSizeBetween(acknowledged.size(), acknowledged.size() + 8);
    }

    @Test
    void showsNothingOfAnUploadThatAKillCutOff() {
        var writer = store.open(new ObjectLocation(BUCKET, "large"), TEXT, WriteCondition.ALWAYS);
        writer.write(ByteBuffer.wrap(new byte[20_000_000]));

        server.kill();
        server.start();

        writer.close();
        assertThat(listed()).isEmpty();
        assertThat(folder.path().resolve("unfinished")).isEmptyDirectory();
    }

    @Test
    void servesOnAfterARestartOnTheSamePort() {
        var at = new ObjectLocation(BUCKET, "key");
        store.put(at, Payload.ofUtf8("before"), TEXT, WriteCondition.ALWAYS);

        server.restart();

        assertThat(store.get(at, 100).map(StoredObject::body)).hasValue(Payload.ofUtf8("before"));
    }

    /// boto3 and minio-java sign the hash of a body that they send over plain HTTP, and S3Proxy then holds
    /// it in memory.
    @Test
    void staysWithinItsHeapWhenManySendBodiesWithSignedHashes() throws Exception {
        byte[] body = new byte[15 * 1000 * 1000];
        var client = MinioClient.builder()
                .endpoint(server.access().endpoint().toString())
                .credentials(server.access().accessKey(), server.access().secretKey())
                .region(server.access().region())
                .build();
        client.setTimeout(120_000, 120_000, 120_000);
        List<Callable<Void>> puts = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            String key = "signed-" + i;
            puts.add(() -> {
                client.putObject(PutObjectArgs.builder().bucket(BUCKET.value()).object(key).stream(
                                new ByteArrayInputStream(body), (long) body.length, -1L)
                        .build());
                return null;
            });
        }

        try (var threads = Executors.newFixedThreadPool(puts.size())) {
            for (var put : threads.invokeAll(puts)) {
                put.get();
            }
        } finally {
            client.close();
        }

        assertThat(server.pid()).as("the store lives").isPresent();
        assertThat(store.list(BUCKET, "signed-", "")).hasSize(24).allMatch(info -> info.size() == body.length);
    }

    private List<String> listed() {
        await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
            store.check();
            return true;
        });
        return store.list(BUCKET, "", "").stream()
                .map(ObjectInfo::location)
                .map(ObjectLocation::key)
                .toList();
    }
}
