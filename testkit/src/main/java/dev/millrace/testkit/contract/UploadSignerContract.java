package dev.millrace.testkit.contract;

import static dev.millrace.testkit.contract.StoreFixture.BUCKET;
import static dev.millrace.testkit.contract.StoreFixture.NO_LIMIT;
import static dev.millrace.testkit.contract.StoreFixture.attributes;
import static dev.millrace.testkit.contract.StoreFixture.bytes;
import static dev.millrace.testkit.contract.StoreFixture.freshId;
import static dev.millrace.testkit.contract.StoreFixture.payload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.StoredObject;
import dev.millrace.invocation.port.UploadSigner;
import dev.millrace.invocation.port.UploadSigner.Part;
import dev.millrace.invocation.port.UploadSigner.SignedRequest;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;
import dev.millrace.testkit.StoreAccess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Requests that we sign and anyone may send, once, as they are and not otherwise.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class UploadSignerContract {
    private static final int PART = 5 * 1024 * 1024;

    private final StoreFixture fixture = new StoreFixture();
    private final HttpClient http = HttpClient.newHttpClient();
    private ObjectStore store;
    private UploadSigner signer;

    /// An adapter for that server; the contract closes it.
    protected abstract ObjectStore connect(StoreAccess access, BucketName bucket);

    /// @param publicEndpoint for the requests that clients outside send
    protected abstract UploadSigner signer(StoreAccess access, URI publicEndpoint);

    /// The server to test against.
    protected abstract StoreAccess access();

    @BeforeAll
    final void open() {
        store = connect(access(), BUCKET);
        store.ensureBucket(BUCKET);
        signer = signer(access(), access().endpoint());
    }

    @AfterAll
    final void close() {
        store.close();
        http.close();
    }

    @Test
    protected void signsAPutWithItsAttributesAndCondition() {
        var at = fixture.fresh();
        var id = freshId();
        SignedRequest put = signer.signPut(at, attributes(id), WriteCondition.IF_ABSENT);

        assertThat(send(put, bytes(300, 1)).statusCode()).isEqualTo(200);
        assertThat(send(put, bytes(300, 2)).statusCode()).isEqualTo(412);

        StoredObject stored = store.get(at, NO_LIMIT).orElseThrow();
        assertThat(stored.body()).isEqualTo(payload(300, 1));
        assertThat(stored.info().contentType()).isEqualTo("application/octet-stream");
        assertThat(stored.info().invocationId()).isEqualTo(id.toString());
        SignedRequest swap = signer.signPut(
                at,
                ObjectAttributes.NONE,
                new WriteCondition.IfMatch(stored.info().etag()));
        assertThat(send(swap, bytes(300, 3)).statusCode()).isEqualTo(200);
        assertThat(send(swap, bytes(300, 4)).statusCode()).isEqualTo(412);
    }

    @Test
    protected void signsForStrangeKeys() {
        String prefix = fixture.freshPrefix();
        for (String key : List.of("ünï cödé/日本", "plus+percent%20", "amp&eq=q?s#h")) {
            var at = new ObjectLocation(BUCKET, prefix + key);

            assertThat(send(signer.signPut(at, ObjectAttributes.NONE, WriteCondition.ALWAYS), bytes(10, 1))
                            .statusCode())
                    .isEqualTo(200);

            assertThat(send(signer.signGet(at, "file"), null).body()).isEqualTo(bytes(10, 1));
        }
    }

    @Test
    protected void isGoodForNothingElse() {
        var at = fixture.fresh();
        SignedRequest put = signer.signPut(at, attributes(freshId()), WriteCondition.IF_ABSENT);

        var withoutHeaders = new SignedRequest("PUT", put.uri(), Map.of());
        var otherKey =
                new SignedRequest("PUT", URI.create(put.uri().toString().replace("/object", "/other")), put.headers());
        var otherMethod = new SignedRequest("GET", put.uri(), put.headers());

        assertThat(send(withoutHeaders, bytes(10, 1)).statusCode()).isBetween(400, 403);
        assertThat(send(otherKey, bytes(10, 1)).statusCode()).isEqualTo(403);
        assertThat(send(otherMethod, null).statusCode()).isEqualTo(403);
        assertThat(store.head(at)).isEmpty();
    }

    @Test
    protected void signsADownloadUnderAName() {
        var at = fixture.fresh();
        store.put(at, payload(1_000, 1), ObjectAttributes.JSON, WriteCondition.ALWAYS);

        HttpResponse<byte[]> answer = send(signer.signGet(at, "résult \"1\".json"), null);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(bytes(1_000, 1));
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("content-disposition").orElseThrow())
                .startsWith("attachment; filename=\"")
                .contains("r%C3%A9sult%20%221%22.json");
    }

    @Test
    protected void signsDownloadsForTheAddressOutside() {
        UploadSigner behind = signer(access(), URI.create("https://files.example.com"));

        assertThat(behind.signGet(fixture.fresh(), "a").uri())
                .hasScheme("https")
                .hasHost("files.example.com");
        assertThat(behind.signPut(fixture.fresh(), ObjectAttributes.NONE, WriteCondition.ALWAYS)
                        .uri())
                .hasHost(access().endpoint().getHost());
    }

    @Test
    protected void joinsPartsUnderItsCondition() {
        var at = fixture.fresh();
        var id = freshId();

        assertThat(upload(at, attributes(id), 1, WriteCondition.IF_ABSENT)).isInstanceOf(WriteResult.Written.class);
        assertThat(upload(at, attributes(freshId()), 2, WriteCondition.IF_ABSENT))
                .isEqualTo(new WriteResult.Refused());

        ObjectInfo info = store.head(at).orElseThrow();
        assertThat(info.size()).isEqualTo(PART + 100L);
        assertThat(info.invocationId()).isEqualTo(id.toString());
        assertThat(info.contentType()).isEqualTo("application/octet-stream");
    }

    @Test
    protected void leavesNothingOfAnAbortedUpload() {
        var at = fixture.fresh();
        String upload = await(signer.startMultipart(at, ObjectAttributes.NONE));
        Part part = part(at, upload, 1, bytes(PART, 1));

        await(signer.abortMultipart(at, upload));
        await(signer.abortMultipart(at, upload));

        assertThat(store.head(at)).isEmpty();
        assertThat(send(signer.signPart(at, upload, 2), bytes(100, 1)).statusCode())
                .isEqualTo(404);
        assertThat(signer.completeMultipart(at, upload, List.of(part), WriteCondition.ALWAYS))
                .failsWithin(Duration.ofSeconds(20));
        assertThat(store.head(at)).isEmpty();
    }

    private WriteResult upload(ObjectLocation at, ObjectAttributes attributes, long seed, WriteCondition condition) {
        String upload = await(signer.startMultipart(at, attributes));
        var parts = List.of(part(at, upload, 1, bytes(PART, seed)), part(at, upload, 2, bytes(100, seed)));
        WriteResult result = await(signer.completeMultipart(at, upload, parts, condition));
        if (result instanceof WriteResult.Refused) {
            await(signer.abortMultipart(at, upload));
        }
        return result;
    }

    private Part part(ObjectLocation at, String upload, int number, byte[] body) {
        HttpResponse<byte[]> answer = send(signer.signPart(at, upload, number), body);
        assertThat(answer.statusCode()).isEqualTo(200);
        return new Part(number, answer.headers().firstValue("etag").orElseThrow());
    }

    private HttpResponse<byte[]> send(SignedRequest signed, byte @Nullable [] body) {
        var request = HttpRequest.newBuilder(signed.uri())
                .method(
                        signed.method(),
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        signed.headers().forEach(request::header);
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError(signed.method() + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
