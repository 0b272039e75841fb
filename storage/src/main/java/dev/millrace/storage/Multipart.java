package dev.millrace.storage;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.UnfinishedUpload;
import dev.millrace.invocation.port.UploadSigner.Part;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;
import io.minio.Http;
import io.minio.Xml;
import io.minio.errors.XmlParserException;
import io.minio.messages.CompleteMultipartUploadResult;
import io.minio.messages.InitiateMultipartUploadResult;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;

/// Uploads in parts; blocking.
final class Multipart {
    static final int MAX_PARTS = 10_000;
    private static final int MAX_PAGES = 10;

    /// Stores join the parts before they answer.
    private static final Duration COMPLETE = Duration.ofMinutes(2);

    private static final Duration PART = Duration.ofMinutes(2);
    private static final MediaType XML = MediaType.get("application/xml");

    private final S3Calls calls;

    Multipart(S3Calls calls) {
        this.calls = calls;
    }

    /// @return the upload's id; an id whose answer was lost is left to the store's own sweeping
    String start(ObjectLocation at, ObjectAttributes attributes) {
        String what = "start upload of " + at;
        String body = calls.text(
                what,
                S3Request.of(Http.Method.POST, at)
                        .parameters(Map.of("uploads", ""))
                        .headers(S3Request.headersOf(attributes)));
        try {
            return Xml.unmarshal(InitiateMultipartUploadResult.class, body).uploadId();
        } catch (XmlParserException e) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, what + ": not an answer of S3", e);
        }
    }

    Part upload(ObjectLocation at, String uploadId, int number, byte[] bytes, int length) {
        byte[] exact = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        S3Request request = S3Request.of(Http.Method.PUT, at)
                .parameters(Map.of("uploadId", uploadId, "partNumber", String.valueOf(number)))
                .headers(Map.of("Content-MD5", Digests.base64(Digests.md5(exact))))
                .body(RequestBody.create(exact));
        return calls.retries().run("upload part " + number + " of " + at, _ -> {
            try (Response response = calls.once(request, PART)) {
                return new Part(number, S3Calls.etag(response));
            }
        });
    }

    /// @param size of all parts, or -1 when it is not known
    WriteResult complete(
            ObjectLocation at,
            String uploadId,
            List<Part> parts,
            WriteCondition condition,
            ObjectAttributes attributes,
            long size) {
        var headers = new HashMap<>(S3Request.headersOf(condition));
        S3Request request = S3Request.of(Http.Method.POST, at)
                .parameters(Map.of("uploadId", uploadId))
                .headers(headers)
                .body(RequestBody.create(document(parts), XML));
        String expected = Digests.ofParts(
                parts.stream().map(part -> S3Request.unquoted(part.etag())).toList());
        return calls.retries().run("complete upload of " + at, isRepeated -> {
            try (Response response = calls.once(request, COMPLETE)) {
                return new WriteResult.Written(
                        completed(response.code(), response.body().string()));
            } catch (S3Refusal e) {
                return calls.settle(at, e, condition, isRepeated, expected, attributes, size);
            }
        });
    }

    /// Gives an upload up; one that is not there is no error.
    void abort(ObjectLocation at, String uploadId) {
        S3Request request = S3Request.of(Http.Method.DELETE, at).parameters(Map.of("uploadId", uploadId));
        calls.retries().run("abort upload of " + at, _ -> {
            try (Response response = calls.once(request, S3Calls.SHORT)) {
                return response.code();
            } catch (S3Refusal e) {
                if (e.isMissing()) {
                    return e.status();
                }
                throw e;
            }
        });
    }

    /// Asked without a prefix: MinIO answers one with the uploads of that very key, S3Proxy refuses it.
    List<UnfinishedUpload> list(BucketName bucket, String prefix, Instant begunBefore) {
        var found = new ArrayList<UnfinishedUpload>();
        var page = new UploadListing(List.of(), "", "");
        for (int pages = 0; pages < MAX_PAGES; pages++) {
            page = pageAfter(bucket, page);
            page.uploads().stream()
                    .filter(upload -> upload.location().key().startsWith(prefix))
                    .filter(upload -> upload.begunAt().isBefore(begunBefore))
                    .forEach(found::add);
            if (page.nextKey().isEmpty()) {
                break;
            }
        }
        return List.copyOf(found);
    }

    private UploadListing pageAfter(BucketName bucket, UploadListing before) {
        var parameters = new HashMap<String, String>();
        parameters.put("uploads", "");
        if (!before.nextKey().isEmpty()) {
            parameters.put("key-marker", before.nextKey());
            parameters.put("upload-id-marker", before.nextUpload());
        }
        S3Request request = S3Request.of(Http.Method.GET, bucket, null).parameters(parameters);
        return calls.retries().run("list uploads of " + bucket, _ -> {
            try (Response response = calls.once(request, PART)) {
                return UploadListing.parse(bucket, response.body().string());
            }
        });
    }

    /// Stores begin to answer 200 before they know, so the body decides.
    private static String completed(int status, String body) throws IOException {
        String text = body.strip();
        if (text.contains("<Error")) {
            throw S3Refusal.of(status == 200 ? 500 : status, text);
        }
        try {
            String etag =
                    Xml.unmarshal(CompleteMultipartUploadResult.class, text).etag();
            if (etag == null) {
                throw new IOException("answer without ETag");
            }
            return S3Request.unquoted(etag);
        } catch (XmlParserException e) {
            throw new IOException("not an answer of S3", e);
        }
    }

    private static String document(List<Part> parts) {
        var xml = new StringBuilder("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        for (Part part : parts) {
            String etag = S3Request.unquoted(part.etag());
            xml.append("<Part><PartNumber>")
                    .append(part.number())
                    .append("</PartNumber><ETag>\"")
                    .append(etag.replace("&", "&amp;").replace("<", "&lt;"))
                    .append("\"</ETag></Part>");
        }
        return xml.append("</CompleteMultipartUpload>").toString();
    }
}
