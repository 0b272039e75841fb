package dev.millrace.testkit.contract;

import static dev.millrace.testkit.contract.StoreFixture.BUCKET;
import static dev.millrace.testkit.contract.StoreFixture.NO_LIMIT;
import static dev.millrace.testkit.contract.StoreFixture.attributes;
import static dev.millrace.testkit.contract.StoreFixture.bytes;
import static dev.millrace.testkit.contract.StoreFixture.freshId;
import static dev.millrace.testkit.contract.StoreFixture.payload;
import static dev.millrace.testkit.contract.StoreFixture.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.ObjectWriter;
import dev.millrace.invocation.port.StoredObject;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;
import dev.millrace.testkit.HttpFault;
import dev.millrace.testkit.HttpFaultProxy;
import dev.millrace.testkit.HttpFaultProxy.Request;
import dev.millrace.testkit.StoreAccess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A store that refuses, hangs, forgets to answer and breaks off: an adapter is late or says so, never
/// wrong.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class StoreFaultContract {
    private static final ObjectAttributes BINARY = new ObjectAttributes("application/octet-stream", null);
    private static final int TWO_PARTS = 9 * 1024 * 1024;
    private static final int MAX_TRIES = 6;

    private final StoreFixture fixture = new StoreFixture();
    private HttpFaultProxy proxy;
    private ObjectStore store;

    /// An adapter for that server; the contract closes it.
    protected abstract ObjectStore connect(StoreAccess access, BucketName bucket);

    /// The server to test against, on this machine.
    protected abstract StoreAccess access();

    @BeforeAll
    final void open() {
        proxy = new HttpFaultProxy(access().endpoint().getPort());
        store = connect(access().at(proxy.uri()), BUCKET);
        store.ensureBucket(BUCKET);
    }

    @AfterAll
    final void close() {
        store.close();
        proxy.close();
    }

    @AfterEach
    final void heal() {
        proxy.heal();
    }

    @Test
    protected void triesAgainWhenTheStoreIsBusy() {
        var at = fixture.fresh();
        proxy.inject(Request.of("PUT", at.key()), 2, new HttpFault.Status(503));
        proxy.inject(Request.of("GET", at.key()), 1, new HttpFault.Status(500));
        proxy.inject(Request.of("HEAD", at.key()), 1, new HttpFault.Status(503));
        proxy.inject(Request.of("DELETE", at.key()), 1, new HttpFault.Status(502));

        assertThat(store.put(at, payload(100, 1), BINARY, WriteCondition.IF_ABSENT))
                .isInstanceOf(WriteResult.Written.class);
        assertThat(store.get(at, NO_LIMIT)).map(StoredObject::body).hasValue(payload(100, 1));
        assertThat(store.head(at)).isPresent();
        store.delete(at);
        assertThat(store.head(at)).isEmpty();
    }

    @Test
    protected void givesUpOnAStoreThatStaysBusy() {
        var at = fixture.fresh();
        proxy.inject(Request.any(), Integer.MAX_VALUE, new HttpFault.Status(503));
        Instant start = Instant.now();

        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> store.put(at, payload(100, 1), BINARY, WriteCondition.ALWAYS))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> store.get(at, NO_LIMIT))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
        assertThat(proxy.count(Request.of("PUT", at.key()))).isBetween(2L, (long) MAX_TRIES);
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    protected void saysAtOnceThatAStoreIsFull() {
        var at = fixture.fresh();
        proxy.inject(Request.of("PUT", at.key()), 1, new HttpFault.Status(507));

        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> store.put(at, payload(100, 1), BINARY, WriteCondition.ALWAYS))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FULL));
        assertThat(proxy.count(Request.of("PUT", at.key()))).isEqualTo(1);
    }

    @Test
    protected void knowsItsOwnCreationWhenTheAnswerIsLost() {
        var at = fixture.fresh();
        proxy.inject(Request.of("PUT", at.key()), 1, new HttpFault.DropAnswer());

        assertThat(store.put(at, payload(100, 1), attributes(freshId()), WriteCondition.IF_ABSENT))
                .isInstanceOf(WriteResult.Written.class);
        assertThat(store.put(at, payload(100, 2), attributes(freshId()), WriteCondition.IF_ABSENT))
                .isEqualTo(new WriteResult.Refused());
        assertThat(store.get(at, NO_LIMIT)).map(StoredObject::body).hasValue(payload(100, 1));
    }

    @Test
    protected void knowsItsOwnSwapWhenTheAnswerIsLost() {
        var at = fixture.fresh();
        var before = (WriteResult.Written) store.put(at, payload(100, 1), BINARY, WriteCondition.ALWAYS);
        proxy.inject(Request.of("PUT", at.key()), 1, new HttpFault.DropAnswer());

        WriteResult result = store.put(at, payload(100, 2), BINARY, new WriteCondition.IfMatch(before.etag()));

        assertThat(store.head(at)).map(ObjectInfo::etag).hasValue(((WriteResult.Written) result).etag());
    }

    @Test
    protected void isRefusedForAnothersObjectWhenTheRequestWasLost() {
        var at = fixture.fresh();
        store.put(at, payload(100, 1), BINARY, WriteCondition.ALWAYS);
        proxy.inject(Request.of("PUT", at.key()), 1, new HttpFault.DropRequest());

        assertThat(store.put(at, payload(100, 2), BINARY, WriteCondition.IF_ABSENT))
                .isEqualTo(new WriteResult.Refused());
    }

    @Test
    protected void finishesAnUploadInPartsWhoseAnswersAreLost() {
        var at = fixture.fresh();
        proxy.inject(request -> request.target().contains("partNumber=2"), 1, new HttpFault.DropAnswer());
        proxy.inject(
                request -> request.method().equals("POST")
                        && request.target().contains(at.key())
                        && request.target().contains("uploadId="),
                1,
                new HttpFault.DropAnswer());

        try (ObjectWriter writer = store.open(at, attributes(freshId()), WriteCondition.IF_ABSENT)) {
            writer.write(ByteBuffer.wrap(bytes(TWO_PARTS, 1)));
            assertThat(writer.commit()).isInstanceOf(WriteResult.Written.class);
        }
        ObjectInfo info = store.head(at).orElseThrow();
        assertThat(readAll(store.read(at, info.etag(), 0, TWO_PARTS))).isEqualTo(bytes(TWO_PARTS, 1));
    }

    @Test
    protected void readsOnWhereAConnectionBreaks(@TempDir Path folder) throws IOException {
        var at = fixture.fresh();
        byte[] body = bytes(3_000_000, 1);
        var written = (WriteResult.Written) store.put(at, payload(3_000_000, 1), BINARY, WriteCondition.ALWAYS);
        Path file = folder.resolve("file");

        proxy.inject(Request.of("GET", at.key()), 1, new HttpFault.TruncateBody(0.5));
        assertThat(store.get(at, NO_LIMIT)).map(StoredObject::body).hasValue(payload(3_000_000, 1));
        proxy.inject(Request.of("GET", at.key()), 2, new HttpFault.TruncateBody(0.3));
        assertThat(readAll(store.read(at, written.etag(), 100, 2_000_000)))
                .isEqualTo(Arrays.copyOfRange(body, 100, 2_000_100));
        proxy.inject(Request.of("GET", at.key()), 1, new HttpFault.TruncateBody(0.9));
        assertThat(store.download(at, file)).isPresent();
        assertThat(Files.readAllBytes(file)).isEqualTo(body);
    }

    @Test
    protected void neverReadsShort(@TempDir Path folder) {
        var at = fixture.fresh();
        var written = (WriteResult.Written) store.put(at, payload(10_000, 1), BINARY, WriteCondition.ALWAYS);
        proxy.inject(Request.of("GET", at.key()), Integer.MAX_VALUE, new HttpFault.TruncateBody(0));

        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> store.get(at, NO_LIMIT))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
            try (InputStream in = store.read(at, written.etag(), 0, 10_000)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
        });
        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> store.download(at, folder.resolve("file")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
    }

    @Test
    protected void saysSoonThatAStoreHangs() {
        proxy.inject(Request.any(), Integer.MAX_VALUE, new HttpFault.Hang());
        Instant start = Instant.now();

        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(store::check)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));

        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    protected void saysThatAStoreIsGone() {
        int nobody;
        try (var socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        try (ObjectStore gone = connect(access().at(URI.create("http://127.0.0.1:" + nobody)), BUCKET)) {
            assertThatExceptionOfType(PlatformException.class)
                    .isThrownBy(() -> gone.head(new ObjectLocation(BUCKET, "key")))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
            assertThatExceptionOfType(PlatformException.class)
                    .isThrownBy(gone::check)
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
        }
    }
}
