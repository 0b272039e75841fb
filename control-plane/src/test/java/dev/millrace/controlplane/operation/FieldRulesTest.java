package dev.millrace.controlplane.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.Fixture;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Each row breaks one rule of a request that is good otherwise; nothing may be stored, and the text is the
/// API's.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FieldRulesTest {
    private static final Pattern REPEATED = Pattern.compile("<(.)\\*([0-9]+)>");
    private static final String NAME =
            "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}";

    private static final String MODEL = """
            {'ModelName':'m1','PrimaryContainer':{'Image':'repo/x:1','ModelDataUrl':'s3://models/m.tar.gz',
             'Environment':{'A':'b'},'ImageConfig':{'RepositoryAccessMode':'Platform'},'Mode':'SingleModel',
             'ContainerMetricsConfig':{'MetricsEndpoints':[{'MetricsEndpointPath':'/metrics'}]}},
             'ExecutionRoleArn':'arn:aws:iam::123:role/any','Tags':[{'Key':'k','Value':'v'}],
             'VpcConfig':{'SecurityGroupIds':['sg-1'],'Subnets':['subnet-1']},'EnableNetworkIsolation':false,
             'InferenceExecutionConfig':{'Mode':'Serial'}}""";

    private static final String SOURCED = """
            {'ModelName':'m2','Containers':[{'Image':'repo/x:1','ModelDataSource':{'S3DataSource':
             {'S3Uri':'s3://models/m/','S3DataType':'S3Prefix','CompressionType':'None'}}}]}""";

    private static final String CONFIG = """
            {'EndpointConfigName':'c1','ProductionVariants':[{'VariantName':'main','ModelName':'m',
             'InstanceType':'ml.c5.large','InitialInstanceCount':1,'InitialVariantWeight':1,'VolumeSizeInGB':1,
             'ModelDataDownloadTimeoutInSeconds':60,'ContainerStartupHealthCheckTimeoutInSeconds':3600,
             'ManagedInstanceScaling':{'Status':'ENABLED','MinInstanceCount':0,'MaxInstanceCount':2,
               'ScaleInPolicy':{'Strategy':'IDLE_RELEASE'}},
             'RoutingConfig':{'RoutingStrategy':'RANDOM'},
             'CoreDumpConfig':{'DestinationS3Uri':'s3://dumps'}}],
             'AsyncInferenceConfig':{'ClientConfig':{'MaxConcurrentInvocationsPerInstance':4},
              'OutputConfig':{'S3OutputPath':'s3://out/a','S3FailurePath':'s3://out/b','KmsKeyId':'k',
               'NotificationConfig':{'SuccessTopic':'arn:aws:sns:us-east-1:000000000000:done',
                'ErrorTopic':'arn:aws:sns:us-east-1:000000000000:bad',
                'IncludeInferenceResponseIn':['SUCCESS_NOTIFICATION_TOPIC']}}},
             'DataCaptureConfig':{'EnableCapture':false,'InitialSamplingPercentage':0,'DestinationS3Uri':'s3://cap/x',
              'CaptureOptions':[{'CaptureMode':'Input'}]},
             'KmsKeyId':'k','MetricsConfig':{'MetricPublishFrequencyInSeconds':60}}""";

    private static final String UPDATE = """
            {'EndpointName':'e','EndpointConfigName':'m','RetainAllVariantProperties':true,
             'ExcludeRetainedVariantProperties':[{'VariantPropertyType':'DesiredWeight'}],
             'DeploymentConfig':{'BlueGreenUpdatePolicy':{'TrafficRoutingConfiguration':
              {'Type':'ALL_AT_ONCE','WaitIntervalInSeconds':0},'TerminationWaitInSeconds':0}}}""";

    private static final String ENDPOINT = "{'EndpointName':'e','EndpointConfigName':'m'}";

    private static final String TAGS = """
            {'ResourceArn':'arn:aws:sagemaker:us-east-1:000000000000:model/m','Tags':[{'Key':'k','Value':'v'}],
             'TagKeys':['k']}""";

    private static final String PACKAGED = "{'ModelName':'m3','PrimaryContainer':{'ModelPackageName':'p'}}";

    private static final String GROUP =
            "{'ModelPackageGroupName':'g','ModelPackageGroupDescription':'d','ManagedConfiguration':{}}";

    private static final String VERSION = "{'ModelPackageGroupName':'g','Tags':[]}";

    private static final String PACKAGE = """
            {'ModelPackageName':'p','ModelApprovalStatus':'Approved','InferenceSpecification':{'Containers':[
             {'Image':'repo/x:1','ModelDataUrl':'s3://models/m.tar.gz','FrameworkVersion':'1.2'}]},
             'ModelMetrics':{'ModelQuality':{}},'DriftCheckBaselines':{'Bias':{}},'ModelCard':{},
             'Tags':[{'Key':'k','Value':'v'}]}""";

    private static final Map<String, String> GOOD = Map.of(
            "model",
            MODEL,
            "sourced",
            SOURCED,
            "config",
            CONFIG,
            "endpoint",
            ENDPOINT,
            "update",
            UPDATE,
            "tags",
            TAGS,
            "packaged",
            PACKAGED,
            "group",
            GROUP,
            "version",
            VERSION,
            "package",
            PACKAGE);

    private final Fixture fixture = new Fixture();

    @BeforeAll
    void makeWhatIsReferredTo() {
        fixture.createModel("m");
        fixture.createConfig("m", "m");
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    static Stream<Arguments> broken() throws IOException {
        try (var in = Objects.requireNonNull(FieldRulesTest.class.getResourceAsStream("/field-rules.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.startsWith("#"))
                            .map(FieldRulesTest::expanded)
                            .map(line -> Arguments.of((Object[]) line.split(" \\| ", 5)))
                            .toList()
                            .stream();
        }
    }

    private static String expanded(String line) {
        return REPEATED.matcher(line.replace("<TAG*50>", "{'Key':'k','Value':'v'},".repeat(50)))
                .replaceAll(match -> match.group(1).repeat(Integer.parseInt(match.group(2))));
    }

    @ParameterizedTest(name = "{0} {2} = {3}")
    @MethodSource("broken")
    void refusesWithTheTextOfTheApi(String operation, String good, String member, String value, String message) {
        ObjectNode request = Fixture.json(GOOD.getOrDefault(good, "{}"));
        set(request, member, Fixture.json("{'v':" + value + "}").get("v"));

        assertRefused(operation, request, message);
        assertThat(fixture.catalog.all(ResourceKind.MODEL)).hasSize(1);
        assertThat(fixture.catalog.all(ResourceKind.ENDPOINT_CONFIG)).hasSize(1);
    }

    @Test
    void boundsTheEnvironmentInEveryDirection() {
        ObjectNode request = Fixture.json(MODEL);
        set(request, "PrimaryContainer.Environment", environment(101, 1));
        assertRefused("CreateModel", request, "Member must have length less than or equal to 100");

        set(request, "PrimaryContainer.Environment", environment(40, 1024));
        assertRefused("CreateModel", request, "Environment must not hold more than 32768 characters in total.");
    }

    private void assertRefused(String operation, ObjectNode request, String message) {
        assertThatThrownBy(() -> fixture.operations.call(operation, request))
                .isInstanceOfSatisfying(PlatformException.class, e -> {
                    assertThat(AwsErrors.sageMaker(e.code()).code()).isEqualTo("ValidationException");
                    assertThat(e.text()).contains(message);
                });
    }

    @Test
    void acceptsTheRequestsThatTheRowsBreak() {
        try (var fresh = new Fixture()) {
            fresh.call("CreateModel", MODEL);
            fresh.call("CreateModel", SOURCED);
            fresh.createModel("m");
            fresh.createConfig("m", "m");
            fresh.call("CreateEndpointConfig", CONFIG);
            fresh.call("CreateEndpoint", ENDPOINT);
            fresh.promote("e");
            fresh.call("UpdateEndpoint", UPDATE);
            fresh.call("CreateModelPackageGroup", GROUP);
            fresh.call("CreateModelPackage", VERSION);
            fresh.call("CreateModelPackage", PACKAGE);
            fresh.call("CreateModel", PACKAGED);
            fresh.call("AddTags", TAGS);
            fresh.call("ListTags", TAGS);
            fresh.call("DeleteTags", TAGS);

            assertThat(fresh.endpoint("e").pending()).isNotNull();
        }
    }

    static Stream<Arguments> mistyped() {
        return Stream.of(
                Arguments.of("ModelName", "5", "NUMBER_VALUE can not be converted to a String at 'modelName'"),
                Arguments.of("ModelName", "['a']", "Start of list can not be converted to a String"),
                Arguments.of("ModelName", "{}", "Start of structure can not be converted to a String"),
                Arguments.of("PrimaryContainer", "'x'", "STRING_VALUE can not be converted to a structure"),
                Arguments.of("PrimaryContainer.Environment", "[]", "Start of list can not be converted to a map"),
                Arguments.of(
                        "PrimaryContainer.Environment", "{'A':1}", "NUMBER_VALUE can not be converted to a String"),
                Arguments.of("PrimaryContainer.Mode", "true", "TRUE_VALUE can not be converted to a String"),
                Arguments.of("EnableNetworkIsolation", "'false'", "STRING_VALUE can not be converted to a Boolean"),
                Arguments.of("Tags", "{}", "Start of structure can not be converted to a list"));
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("mistyped")
    void refusesMembersOfAnotherTypeAsUnreadable(String member, String value, String message) {
        ObjectNode request = Fixture.json(MODEL);
        set(request, member, Fixture.json("{'v':" + value + "}").get("v"));

        assertThatThrownBy(() -> fixture.operations.call("CreateModel", request))
                .isInstanceOfSatisfying(PlatformException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST);
                    assertThat(e.text()).contains(message);
                });
    }

    @Test
    void refusesNumbersThatAreNoCount() {
        for (String value : List.of("1.5", "'1'", "1e400", "-1e400", "true")) {
            ObjectNode request = Fixture.json(CONFIG);
            set(
                    request,
                    "ProductionVariants.0.InitialInstanceCount",
                    Fixture.json("{'v':" + value + "}").get("v"));

            assertThatThrownBy(() -> fixture.operations.call("CreateEndpointConfig", request))
                    .isInstanceOfSatisfying(
                            PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST));
        }
    }

    @Test
    void reportsEveryBrokenRuleAtOnce() {
        assertThatThrownBy(() -> fixture.call("CreateEndpoint", "{'EndpointConfigName':'a/b'}"))
                .hasMessage("2 validation errors detected: Value null at 'endpointName' failed to satisfy constraint: "
                        + "Member must not be null; Value 'a/b' at 'endpointConfigName' failed to satisfy constraint: "
                        + NAME);
    }

    @Test
    void refusesOperationsThatItDoesNotKnow() {
        assertThatThrownBy(() -> fixture.call("CreateUnicorn", "{}"))
                .isInstanceOfSatisfying(
                        PlatformException.class,
                        e -> assertThat(AwsErrors.sageMaker(e.code()))
                                .isEqualTo(new AwsErrors.AwsError("UnknownOperationException", 400)));
    }

    private static JsonNode environment(int count, int valueLength) {
        ObjectNode entries = Fixture.json("{}");
        for (int i = 0; i < count; i++) {
            entries.put("K" + i, "v".repeat(valueLength));
        }
        return entries;
    }

    private static void set(ObjectNode request, String member, JsonNode value) {
        String[] path = member.split("\\.");
        JsonNode at = request;
        for (int i = 0; i < path.length - 1; i++) {
            at = at instanceof ArrayNode items ? items.get(Integer.parseInt(path[i])) : at.get(path[i]);
        }
        String last = path[path.length - 1];
        if (at instanceof ArrayNode items) {
            items.insert(Integer.parseInt(last), value);
        } else {
            ((ObjectNode) at).set(last, value);
        }
    }
}
