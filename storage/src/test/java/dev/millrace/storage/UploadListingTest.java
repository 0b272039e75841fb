package dev.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.port.UnfinishedUpload;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class UploadListingTest {
    private static final BucketName BUCKET = new BucketName("bucket");
    private static final String PAGE = """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>bucket</Bucket>
            <KeyMarker></KeyMarker><NextKeyMarker>payloads/b</NextKeyMarker><NextUploadIdMarker>two</NextUploadIdMarker>
            <IsTruncated>%s</IsTruncated>
            <Upload><Key>payloads/a&amp;</Key><UploadId>one</UploadId><Initiator><ID></ID></Initiator><Owner/>
            <StorageClass></StorageClass><Initiated>2026-11-21T15:06:13.701Z</Initiated></Upload>
            <Upload><Key>payloads/b</Key><UploadId>two</UploadId><Initiated>2026-11-21T15:06:14Z</Initiated></Upload>
            </ListMultipartUploadsResult>""";

    @Test
    void readsUploadsAndWhereTheNextPageBegins() throws IOException {
        UploadListing page = UploadListing.parse(BUCKET, PAGE.formatted("true"));

        assertThat(page.uploads())
                .containsExactly(
                        upload("payloads/a&", "one", "2026-11-21T15:06:13.701Z"),
                        upload("payloads/b", "two", "2026-11-21T15:06:14Z"));
        assertThat(page.nextKey()).isEqualTo("payloads/b");
        assertThat(page.nextUpload()).isEqualTo("two");
    }

    @Test
    void endsWhereTheListIsWhole() throws IOException {
        assertThat(UploadListing.parse(BUCKET, PAGE.formatted("false")).nextKey())
                .isEmpty();
    }

    @Test
    void refusesWhatIsNoAnswerOfS3() {
        assertThatIOException().isThrownBy(() -> UploadListing.parse(BUCKET, "<html>"));
        assertThatIOException()
                .isThrownBy(() -> UploadListing.parse(
                        BUCKET, "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a><Key>&x;</Key></a>"));
    }

    private static UnfinishedUpload upload(String key, String id, String begunAt) {
        return new UnfinishedUpload(new ObjectLocation(BUCKET, key), id, Instant.parse(begunAt));
    }
}
