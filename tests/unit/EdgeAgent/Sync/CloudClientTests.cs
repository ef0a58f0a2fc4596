using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MqttPay.EdgeAgent.Sync;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Sync;

/// <summary>The client against a cloud that answers what a test tells it.</summary>
public sealed class CloudClientTests : IAsyncLifetime
{
    private static readonly SyncRequest Nothing = new(1, 1, 0, 0, 0, [], 0, default);

    private readonly WebApplication cloud;
    private Func<HttpContext, Task> answer = static _ => Task.CompletedTask;
    private CloudClient client = null!;
    private int calls;

    public CloudClientTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        cloud = builder.Build();
        cloud.Run(context =>
        {
            Interlocked.Increment(ref calls);
            return answer(context);
        });
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await cloud.StartAsync(Cancel);
        client = new(new(cloud.Urls.Single()), 40213, "key-of-the-edge", TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_goes_compressed_to_its_edges_address_with_its_key()
    {
        byte[] batch = [.. Enumerable.Repeat((byte)7, 5_000)];
        byte[]? received = null;
        string? place = null;
        answer = async context =>
        {
            place = $"{context.Request.Path} {context.Request.Headers.Authorization} {context.Request.ContentType}";
            using var gzip = new GZipStream(context.Request.Body, CompressionMode.Decompress);
            using var copy = new MemoryStream();
            await gzip.CopyToAsync(copy, Cancel);
            received = copy.ToArray();
            await context.Response.Body.WriteAsync(new byte[] { 1, 2 }, Cancel);
        };

        var acked = Assert.IsType<BatchAnswer.Acked>(await client.PostBatchAsync(batch, Cancel));

        Assert.Equal([1, 2], acked.Message);
        Assert.Equal(batch, received);
        Assert.Equal("/edge/v1/40213/batches Bearer key-of-the-edge application/cbor", place);
    }

    [Theory]
    [InlineData(HeadMismatch.Gap, typeof(BatchAnswer.Gap))]
    [InlineData(HeadMismatch.Fork, typeof(BatchAnswer.Forked))]
    public async Task Another_head_is_a_gap_or_a_fork(int reason, Type expected)
    {
        answer = context =>
        {
            context.Response.StatusCode = 409;
            return context.Response.Body.WriteAsync(new HeadMismatch(12, default, reason).Encode(), Cancel).AsTask();
        };

        Assert.Equal(expected, (await client.PostBatchAsync([1], Cancel)).GetType());
    }

    [Theory]
    [InlineData(400, typeof(BatchAnswer.Refused))]
    [InlineData(413, typeof(BatchAnswer.Refused))]
    [InlineData(422, typeof(BatchAnswer.Refused))]
    [InlineData(429, typeof(BatchAnswer.Busy))]
    [InlineData(503, typeof(BatchAnswer.Busy))]
    [InlineData(401, typeof(BatchAnswer.Unreachable))]
    [InlineData(409, typeof(BatchAnswer.Unreachable))]
    [InlineData(500, typeof(BatchAnswer.Unreachable))]
    public async Task Every_other_answer_has_its_meaning(int status, Type expected)
    {
        answer = context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("why", Cancel);
        };

        Assert.Equal(expected, (await client.PostBatchAsync([1], Cancel)).GetType());
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Busy_says_how_long_and_seal_after_is_kept()
    {
        answer = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "17";
            context.Response.Headers["Seal-After"] = "30";
            return Task.CompletedTask;
        };

        Assert.Equal(new BatchAnswer.Busy(TimeSpan.FromSeconds(17)), await client.PostBatchAsync([1], Cancel));
        Assert.Equal(TimeSpan.FromSeconds(30), client.SealAfter);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        answer = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };

        Assert.IsType<BatchAnswer.Unreachable>(await client.PostBatchAsync([1], Cancel));
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_bad_gateway_is_tried_again_and_the_next_answer_counts()
    {
        answer = context =>
        {
            if (calls < 3) context.Response.StatusCode = 502;
            return Task.CompletedTask;
        };

        Assert.IsType<BatchAnswer.Acked>(await client.PostBatchAsync([1], Cancel));
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task A_cloud_that_is_away_is_unreachable_and_no_exception()
    {
        await cloud.StopAsync(Cancel);

        Assert.IsType<BatchAnswer.Unreachable>(await client.PostBatchAsync([1], Cancel));
        var (nothing, reason) = await client.SyncAsync(Nothing, Cancel);
        Assert.Null(nothing);
        Assert.NotNull(reason);
    }

    [Fact]
    public async Task A_sync_brings_the_clouds_answer()
    {
        var said = new SyncAnswer(1, 5, Hash.Of([1]), [], null, null, null, 1_790_000_000, [], null, []);
        answer = async context =>
        {
            using var copy = new MemoryStream();
            await context.Request.Body.CopyToAsync(copy, Cancel);
            Assert.Equal(WireError.None, SyncCodec.TryParse(copy.ToArray(), out SyncRequest? _));
            await context.Response.Body.WriteAsync(SyncCodec.Encode(said), Cancel);
        };

        var (got, reason) = await client.SyncAsync(Nothing, Cancel);

        Assert.Null(reason);
        Assert.Equal((5L, Hash.Of([1])), (got!.NextRound, got.HeadRoot));
    }

    [Fact]
    public async Task An_answer_that_is_none_is_said_to_be_none()
    {
        answer = context => context.Response.WriteAsync("hello", Cancel);

        var (nothing, reason) = await client.SyncAsync(Nothing, Cancel);

        Assert.Null(nothing);
        Assert.StartsWith("the cloud's answer is no answer", reason);
    }
}
