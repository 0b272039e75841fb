package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// CloudWatch through a gateway, in the three protocols that its clients speak.
class CloudWatchIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String TARGET = "GraniteServiceVersion20100801.";
    private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = new TestGateway();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void putsTheAlarmOfAnEarlierClientAndDescribesItToANewerOne() throws IOException, InterruptedException {
        HttpResponse<String> put = form("Action=PutMetricAlarm&Version=2010-08-01"
                + "&AlarmActions.member.1=arn%3Aaws%3Aautoscaling%3Aus-east-1%3A0%3AscalingPolicy%3Ax"
                + "&AlarmName=ic-step-scaling-policy-alarm&MetricName=NoCapacityInvocationFailures"
                + "&Namespace=AWS%2FSageMaker&Statistic=Maximum&Dimensions.member.1.Name=InferenceComponentName"
                + "&Dimensions.member.1.Value=ic&Period=30&EvaluationPeriods=1&DatapointsToAlarm=1&Threshold=1"
                + "&ComparisonOperator=GreaterThanOrEqualToThreshold&TreatMissingData=missing");

        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
        assertThat(put.body())
                .startsWith("<PutMetricAlarmResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\">");
        JsonNode alarm = json("DescribeAlarms", "{\"AlarmNames\":[\"ic-step-scaling-policy-alarm\"]}")
                .path("MetricAlarms")
                .get(0);
        assertThat(alarm.path("Threshold").asDouble(0)).isEqualTo(1);
        assertThat(alarm.path("Period").isIntegralNumber()).isTrue();
        assertThat(alarm.path("StateUpdatedTimestamp").isNumber()).isTrue();
        assertThat(form("Action=DescribeAlarms&Version=2010-08-01").body())
                .contains(
                        "<DescribeAlarmsResult><MetricAlarms><member><AlarmName>ic-step-scaling-policy-alarm",
                        "<Dimensions><member><Name>InferenceComponentName</Name><Value>ic</Value></member></Dimensions>");
    }

    @Test
    void readsWhatACompressedRequestHasPut() throws IOException, InterruptedException {
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write("""
                    {"Namespace":"app","MetricData":[{"MetricName":"m","Value":7,"Unit":"Seconds"}]}""".getBytes(StandardCharsets.UTF_8));
        }
        HttpResponse<String> put = CLIENT.send(
                at("/").header("X-Amz-Target", TARGET + "PutMetricData")
                        .header("Content-Type", "application/x-amz-json-1.0")
                        .header("Content-Encoding", "gzip")
                        .POST(BodyPublishers.ofByteArray(compressed.toByteArray()))
                        .build(),
                BodyHandlers.ofString());

        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(json("ListMetrics", "{\"Namespace\":\"app\"}")
                                .path("Metrics")
                                .get(0)
                                .path("MetricName")
                                .asString(""))
                        .isEqualTo("m"));
    }

    @Test
    void takesAThousandDataWithDimensionsInAForm() throws IOException, InterruptedException {
        Instant now = Instant.now();
        String read = """
                {"Namespace":"Forms","MetricName":"m","StartTime":%d,"EndTime":%d,"Period":60,
                 "Dimensions":[{"Name":"a","Value":"x"},{"Name":"b","Value":"x"},{"Name":"c","Value":"x"}],
                 "Statistics":["SampleCount"]}""".formatted(now.getEpochSecond() - 300, now.getEpochSecond() + 60);

        HttpResponse<String> put = form(data(now));

        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(json("GetMetricStatistics", read)
                                .path("Datapoints")
                                .path(0)
                                .path("SampleCount")
                                .asInt(0))
                        .isEqualTo(1_000));
    }

    @Test
    void answersCborWithCbor() throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = cbor(
                "GetMetricStatistics",
                "bf694e616d6573706163656d4157532f536167654d616b65726a4d65747269634e616d65616d6953746172745469"
                        + "6d65c1fb41da556e4010000067456e6454696d65c1fb41da556e5010000066506572696f64183c6a53746174697374"
                        + "696373816741766572616765ff");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("smithy-protocol")).hasValue("rpc-v2-cbor");
        // {"Label":"m","Datapoints":[]}
        assertThat(HexFormat.of().formatHex(answer.body())).isEqualTo("a2654c6162656c616d6a44617461706f696e747380");
    }

    @Test
    void namesErrorsAsEachProtocolDoes() throws IOException, InterruptedException {
        HttpResponse<String> json = target("SetAlarmState", """
                {"AlarmName":"none","StateValue":"OK","StateReason":"because"}""");
        HttpResponse<byte[]> cbor = cbor("DescribeAlarms", "a1694e657874546f6b656e622525");
        HttpResponse<String> form =
                form("Action=DescribeAlarms&Version=2010-08-01&AlarmNames.member.1=a&AlarmNamePrefix=b");
        HttpResponse<String> unknown = form("Action=PutDashboard&Version=2010-08-01");

        assertThat(json.statusCode()).isEqualTo(404);
        assertThat(json.headers().firstValue("x-amzn-query-error")).hasValue("ResourceNotFound;Sender");
        assertThat(JsonMapper.shared().readTree(json.body()).path("__type").asString(""))
                .isEqualTo("ResourceNotFound");
        assertThat(cbor.statusCode()).isEqualTo(400);
        assertThat(cbor.headers().firstValue("x-amzn-query-error")).hasValue("InvalidNextToken;Sender");
        assertThat(form.statusCode()).isEqualTo(400);
        assertThat(form.body()).contains("<Type>Sender</Type><Code>InvalidParameterCombination</Code>");
        assertThat(unknown.body()).contains("<Code>InvalidAction</Code>");
    }

    private static JsonNode json(String operation, String request) throws IOException, InterruptedException {
        HttpResponse<String> answer = target(operation, request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-amz-json-1.0");
        return JsonMapper.shared().readTree(answer.body());
    }

    private static HttpResponse<String> target(String operation, String request)
            throws IOException, InterruptedException {
        return CLIENT.send(
                at("/").header("X-Amz-Target", TARGET + operation)
                        .header("Content-Type", "application/x-amz-json-1.0")
                        .POST(BodyPublishers.ofString(request))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpResponse<String> form(String form) throws IOException, InterruptedException {
        return CLIENT.send(
                at("/").header("Content-Type", FORM)
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }

    /// A thousand data of three dimensions each: eleven parameters a datum.
    private static String data(Instant at) {
        var form = new StringBuilder("Action=PutMetricData&Version=2010-08-01&Namespace=Forms");
        for (int number = 1; number <= 1_000; number++) {
            String datum = "&MetricData.member." + number + ".";
            form.append(datum).append("MetricName=m").append(datum).append("Value=1");
            form.append(datum).append("Unit=Count").append(datum).append("StorageResolution=60");
            form.append(datum).append("Timestamp=").append(at.getEpochSecond());
            for (int dimension = 1; dimension <= 3; dimension++) {
                String named = datum + "Dimensions.member." + dimension + ".";
                form.append(named).append("Name=").append((char) ('a' + dimension - 1));
                form.append(named).append("Value=x");
            }
        }
        return form.toString();
    }

    private static HttpResponse<byte[]> cbor(String operation, String hex) throws IOException, InterruptedException {
        return CLIENT.send(
                at("/service/GraniteServiceVersion20100801/operation/" + operation)
                        .header("Content-Type", "application/cbor")
                        .header("smithy-protocol", "rpc-v2-cbor")
                        .POST(BodyPublishers.ofByteArray(HexFormat.of().parseHex(hex)))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private static HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path));
    }
}
