package dev.millrace.storage;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectInfo;
import io.minio.Xml;
import io.minio.errors.XmlParserException;
import io.minio.messages.Contents;
import io.minio.messages.ListBucketResultV2;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A page of a listing.
final class Listing {
    private Listing() {}

    static List<ObjectInfo> parse(BucketName bucket, String body) throws IOException {
        ListBucketResultV2 page;
        try {
            page = Xml.unmarshal(ListBucketResultV2.class, body);
        } catch (XmlParserException e) {
            throw new IOException("not an answer of S3", e);
        }
        boolean isEncoded = "url".equals(page.encodingType());
        var objects = new ArrayList<ObjectInfo>();
        for (Contents entry : page.contents()) {
            String name = entry.objectName();
            String key = isEncoded ? URLDecoder.decode(name, StandardCharsets.UTF_8) : name;
            try {
                objects.add(new ObjectInfo(
                        new ObjectLocation(bucket, key),
                        entry.size(),
                        S3Request.unquoted(entry.etag()),
                        entry.lastModified().toInstant(),
                        null,
                        null));
            } catch (PlatformException _) {
                // A key that we would never write, such as another tool's folder marker.
            }
        }
        return List.copyOf(objects);
    }
}
