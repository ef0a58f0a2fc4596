using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MqttPay.EdgeAgent.Rounds;
using MqttPay.EdgeAgent.Sync;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Sync;

/// <summary>Payments that wait, and a cloud over HTTP that answers, is silent, or talks nonsense.</summary>
public sealed class AskDeskTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(250);
    private static readonly Purse Payer = new(new AccountId(71), 978);
    private static readonly SyncRequest Position = new(1, 3, 17, 2, 5, [], 40, default);

    private readonly WebApplication cloud;
    private readonly FakeTimeProvider time = new();
    private readonly Inbox inbox = new();
    private readonly List<long> uploads = [];
    private readonly CancellationTokenSource stop = new();
    private Func<SyncRequest, CancellationToken, Task<SyncAnswer?>> answer =
        static (_, _) => Task.FromResult<SyncAnswer?>(null);
    private Func<long, CancellationToken, Task> upload;
    private CloudClient client = null!;
    private Task running = Task.CompletedTask;
    private int calls;

    public AskDeskTests()
    {
        upload = (through, _) =>
        {
            uploads.Add(through);
            return Task.CompletedTask;
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        cloud = builder.Build();
        cloud.Run(AnswerAsync);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private AskDesk Desk { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await cloud.StartAsync(Cancel);
        client = new(new(cloud.Urls.Single()), 40213, "key-of-the-edge", time);
        Desk = Start(Budget);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ContinueWith(static _ => { }, CancellationToken.None);
        Desk.Dispose();
        client.Dispose();
        await cloud.DisposeAsync();
        stop.Dispose();
    }

    [Fact]
    public async Task News_come_before_the_payment_that_waits_for_them()
    {
        Answer(request => AnswerOf(refusals: [(request.Asks[0].Number, DecisionCode.Approved)]));

        Desk.Post(Parked(1, Evidence.RandomPick));

        Assert.Equal([new Input.Contacted(), new Input.AskAnswered(1, DecisionCode.Approved)], await InputsAsync(2));
    }

    [Fact]
    public async Task A_lease_for_the_purse_says_go_on()
    {
        var grant = new Grant(9, 40213, 1, Payer.Account, 978, 50_00, 0, 3_600, 17, 1);
        var key = new KeyId(1);
        var message = CoseSign1.Encode(key, SignatureAlgorithm.EdDsa, GrantCodec.Encode(grant), new byte[64]);
        Answer(_ => AnswerOf(grants: [message]));

        Desk.Post(Parked(1, Evidence.LeaseShort));

        Assert.Equal(new Input.AskAnswered(1, DecisionCode.Approved), (await InputsAsync(2))[1]);
    }

    [Fact]
    public async Task The_clouds_refusal_is_its_code_and_no_word_is_no_answer()
    {
        Answer(request => AnswerOf(refusals: [(request.Asks[0].Number, DecisionCode.DenyListed)]));
        Desk.Post(Parked(1, Evidence.RandomPick));
        Assert.Equal(new Input.AskAnswered(1, DecisionCode.DenyListed), (await InputsAsync(2))[1]);

        Answer(_ => AnswerOf());
        Desk.Post(Parked(2, Evidence.RandomPick));
        Assert.Equal(new Input.AskFailed(2), (await InputsAsync(2))[1]);
    }

    [Fact]
    public async Task Payments_that_wait_together_are_asked_about_together_under_numbers_of_their_own()
    {
        var held = new TaskCompletionSource();
        SyncRequest? seen = null;
        answer = async (request, cancel) =>
        {
            await held.Task.WaitAsync(cancel);
            seen = request;
            return AnswerOf(refusals: [.. request.Asks.Select(ask => (ask.Number, DecisionCode.Approved))]);
        };
        await Task.WhenAll(Enumerable.Range(1, 5).Select(parked => Task.Run(
            () => Desk.Post(Parked(parked, Evidence.RandomPick)))));
        held.SetResult();

        var answered = new HashSet<long>();
        while (answered.Count < 5)
            foreach (var input in (await InputsAsync(1)).OfType<Input.AskAnswered>()) answered.Add(input.Parked);

        Assert.Equal(Position with { Asks = seen!.Asks }, seen);
        Assert.InRange(calls, 1, 5);
        Assert.All(seen.Asks, ask => Assert.Equal(
            (1u, 3u, Payer.Account, 150_00L), (ask.Fence, ask.Incarnation, ask.Account, ask.WantedMinor)));
    }

    [Fact]
    public async Task A_silent_cloud_is_no_answer_when_the_budget_ends_and_not_before()
    {
        Silence();
        Desk.Post(Parked(1, Evidence.RandomPick));
        await CalledAsync(1);

        time.Advance(Budget - TimeSpan.FromMilliseconds(1));
        Assert.Empty(Posted());

        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([new Input.AskFailed(1)], await InputsAsync(1));
    }

    [Fact]
    public async Task Nonsense_is_no_answer_at_once()
    {
        Desk.Post(Parked(1, Evidence.RandomPick));

        Assert.Equal([new Input.AskFailed(1)], await InputsAsync(1));
    }

    [Fact]
    public async Task Ten_failures_open_the_breaker_and_one_question_of_its_own_closes_it()
    {
        Desk.LinkIs(true);
        Assert.Equal([new Input.LinkChanged(true)], await InputsAsync(1));
        for (var parked = 1; parked <= 10; parked++)
        {
            Desk.Post(Parked(parked, Evidence.RandomPick));
            var told = await InputsAsync(parked < 10 ? 1 : 2);
            Assert.Contains(new Input.AskFailed(parked), told);
            Assert.Equal(parked == 10, told.Contains(new Input.LinkChanged(false)));
        }

        Assert.Equal(10, calls);
        Desk.Post(Parked(11, Evidence.RandomPick));   // Parked just before.
        Assert.Equal([new Input.AskFailed(11)], await InputsAsync(1));
        Assert.Equal(10, calls);

        Answer(_ => AnswerOf());
        Assert.Empty(Posted());
        await AdvanceUntilAsync(() => calls == 11);
        Assert.Equal([new Input.LinkChanged(true)], await InputsAsync(1));
    }

    [Fact]
    public async Task A_probe_that_fails_leaves_it_open_for_another_while()
    {
        Desk.LinkIs(true);
        await InputsAsync(1);
        for (var parked = 1; parked <= 10; parked++)
        {
            Desk.Post(Parked(parked, Evidence.RandomPick));
            await InputsAsync(parked < 10 ? 1 : 2);
        }

        await AdvanceUntilAsync(() => calls == 11);
        await AdvanceUntilAsync(() => calls >= 12);
        Assert.Empty(Posted());
        Answer(_ => AnswerOf());
        var told = new List<Input>();
        await AdvanceUntilAsync(() =>
        {
            told.AddRange(Posted());
            return told.Count > 0;
        });

        Assert.Equal([new Input.LinkChanged(true)], told);
    }

    [Fact]
    public async Task The_link_is_told_on_change_only()
    {
        Desk.LinkIs(false);
        Desk.LinkIs(true);
        Desk.LinkIs(true);
        Desk.LinkIs(false);

        Assert.Equal([new Input.LinkChanged(true), new Input.LinkChanged(false)], await InputsAsync(2));
        Assert.Empty(Posted());
    }

    [Fact]
    public async Task A_full_count_is_asked_about_after_the_outbox_has_gone()
    {
        Answer(request => AnswerOf(refusals: [(request.Asks[0].Number, DecisionCode.Approved)]));

        Desk.Post(Parked(1, Evidence.HardCount, through: 77));

        Assert.Equal(new Input.AskAnswered(1, DecisionCode.Approved), (await InputsAsync(2))[1]);
        Assert.Equal([77], uploads);
    }

    [Fact]
    public async Task An_outbox_that_takes_longer_than_the_budget_is_no_answer_and_no_failure_of_the_cloud()
    {
        Desk.LinkIs(true);
        await InputsAsync(1);
        var waiting = 0;
        upload = (_, cancel) =>
        {
            Interlocked.Increment(ref waiting);
            return Task.Delay(Timeout.Infinite, cancel);
        };
        for (var parked = 1; parked <= 12; parked++)
        {
            Desk.Post(Parked(parked, Evidence.SiteCap));
            await UntilAsync(() => Volatile.Read(ref waiting) == parked);
            time.Advance(Budget);
            Assert.Equal([new Input.AskFailed(parked)], await InputsAsync(1));
        }

        Assert.Equal(0, calls);
        Assert.Empty(Posted());   // Still askable.
    }

    [Fact]
    public async Task A_budget_of_nothing_never_asks()
    {
        using var desk = Start(TimeSpan.Zero);
        desk.LinkIs(true);
        await running;

        Assert.Empty(Posted());
    }

    private static ParkedAsk Parked(long number, Evidence evidence, long through = 40) =>
        new(number, Payer, 150_00, evidence, Position, through, 1_000);

    private static SyncAnswer AnswerOf(byte[][]? grants = null, (uint, DecisionCode)[]? refusals = null) =>
        new(1, 1, default, grants ?? [], null, null, null, 0, refusals ?? [], null, []);

    private AskDesk Start(TimeSpan budget)
    {
        var desk = new AskDesk(client, new(), inbox, budget, time, NullLogger.Instance)
        {
            TakeNews = (_, _, _) =>
            {
                inbox.Post(new Input.Contacted());
                return Task.CompletedTask;
            },
            UploadAsync = (through, cancel) => upload(through, cancel),
        };
        running = desk.RunAsync(stop.Token);
        return desk;
    }

    private void Answer(Func<SyncRequest, SyncAnswer> say) =>
        answer = (request, _) => Task.FromResult<SyncAnswer?>(say(request));

    private void Silence() => answer = async (_, cancel) =>
    {
        await Task.Delay(Timeout.Infinite, cancel);
        return null;
    };

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        Assert.Equal(WireError.None, SyncCodec.TryParse(body.ToArray(), out SyncRequest? request));
        Interlocked.Increment(ref calls);
        if (await answer(request!, context.RequestAborted) is { } said)
            await context.Response.Body.WriteAsync(SyncCodec.Encode(said), context.RequestAborted);
        else
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
    }

    private Task CalledAsync(int times) => UntilAsync(() => Volatile.Read(ref calls) == times);

    private static async Task UntilAsync(Func<bool> condition)
    {
        var since = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, "it did not happen within 20 s");
            await Task.Yield();
        }
    }

    /// <summary>
    /// Lets time pass, second by second, and gives what it sets off a moment: a question that is on its way must not
    /// run into its time limit.
    /// </summary>
    private Task AdvanceUntilAsync(Func<bool> condition) => UntilAsync(() =>
    {
        if (condition()) return true;
        time.Advance(TimeSpan.FromSeconds(1));
        return SpinWait.SpinUntil(condition, TimeSpan.FromMilliseconds(100));
    });

    /// <summary>What is there now; a command keeps the inbox from waiting.</summary>
    private List<Input> Posted()
    {
        var inputs = new List<Input>();
        inbox.Post(static () => { });
        inbox.Take(inputs, [], hasRoom: true, max: 100);
        return inputs;
    }

    private async Task<List<Input>> InputsAsync(int count)
    {
        var inputs = new List<Input>();
        await UntilAsync(() =>
        {
            inputs.AddRange(Posted());
            return inputs.Count >= count;
        });
        return inputs;
    }
}
