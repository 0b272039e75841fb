package dev.millrace.gateway.http;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.SigningKeysResource;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The certificates of the keys that messages to topics' subscribers are signed with; public.
final class CertificateRoutes {
    private static final Pattern PATH = Pattern.compile("/sns/SimpleNotificationService-([0-9a-f]{32})\\.pem");

    private final ResourceCatalog catalog;

    CertificateRoutes(ResourceCatalog catalog) {
        this.catalog = catalog;
    }

    Future<Answer> certificate(Exchange exchange) {
        String path = exchange.request().path();
        Matcher matcher = PATH.matcher(path == null || path.length() > 100 ? "" : path);
        String fingerprint = matcher.matches() ? matcher.group(1) : "";
        String pem = catalog.find(ResourceKind.SIGNING_KEYS, SigningKeysResource.NAME)
                .flatMap(keys -> keys.certificate(fingerprint))
                .map(SigningKeysResource.Certificate::pem)
                .orElseThrow(() -> new PlatformException(ErrorCode.OUTPUT_NOT_FOUND, "there is no such certificate"));
        return Future.succeededFuture(new Answer.Whole(
                200,
                Map.of("Content-Type", "application/x-pem-file", "Cache-Control", "public, max-age=86400"),
                Buffer.buffer(pem)));
    }
}
