package dev.millrace.storage;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.UnfinishedUpload;
import java.io.IOException;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// A page of the uploads that are open in a bucket.
///
/// Read here and not by minio-java, which refuses the empty elements of MinIO's own answer.
///
/// @param nextKey where the next page begins, or empty at the end
/// @param nextUpload likewise
record UploadListing(List<UnfinishedUpload> uploads, String nextKey, String nextUpload) {
    private static final String UPLOAD = "Upload";

    UploadListing {
        uploads = List.copyOf(uploads);
    }

    static UploadListing parse(BucketName bucket, String body) throws IOException {
        var uploads = new ArrayList<UnfinishedUpload>();
        var page = new HashMap<String, String>();
        var upload = new HashMap<String, String>();
        boolean isInUpload = false;
        try {
            XMLStreamReader xml = reader(body);
            var text = new StringBuilder();
            while (xml.hasNext()) {
                switch (xml.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        text.setLength(0);
                        if (xml.getLocalName().equals(UPLOAD)) {
                            isInUpload = true;
                            upload.clear();
                        }
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(xml.getText());
                    case XMLStreamConstants.END_ELEMENT -> {
                        if (xml.getLocalName().equals(UPLOAD)) {
                            isInUpload = false;
                            add(uploads, bucket, upload);
                        } else {
                            (isInUpload ? upload : page).put(xml.getLocalName(), text.toString());
                        }
                        text.setLength(0);
                    }
                    default -> {}
                }
            }
        } catch (XMLStreamException | DateTimeException e) {
            throw new IOException("not an answer of S3", e);
        }
        boolean isTruncated = "true".equals(page.get("IsTruncated"));
        return new UploadListing(
                uploads,
                isTruncated ? page.getOrDefault("NextKeyMarker", "") : "",
                isTruncated ? page.getOrDefault("NextUploadIdMarker", "") : "");
    }

    private static void add(List<UnfinishedUpload> uploads, BucketName bucket, Map<String, String> upload) {
        try {
            uploads.add(new UnfinishedUpload(
                    new ObjectLocation(bucket, upload.getOrDefault("Key", "")),
                    upload.getOrDefault("UploadId", ""),
                    Instant.parse(upload.getOrDefault("Initiated", ""))));
        } catch (PlatformException _) {
            // A key that we would never write.
        }
    }

    private static XMLStreamReader reader(String body) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory.createXMLStreamReader(new StringReader(body.strip()));
    }
}
