using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;
using Xunit;
using static MqttPay.UnitTests.Core.Rounds.EdgeBench;

namespace MqttPay.UnitTests.Core.Rounds;

/// <summary>
/// An edge that is asked everything by two payers and two payees, at random but by a seed: good requests, senseless
/// ones, repeats, vouchers, asks that are answered or not, top-ups, acknowledgements, and time that passes.
/// </summary>
internal sealed class RandomRun
{
    private static readonly DecisionCode[] Answers =
    [
        DecisionCode.Approved, DecisionCode.Approved, DecisionCode.Approved, DecisionCode.Risk,
        DecisionCode.Insufficient,
    ];

    private static readonly PublicKey[] Payers = [Alice, Bob];
    private static readonly PublicKey[] Shops = [Shop, OtherShop];
    private readonly Random random;
    private readonly List<PaymentRequest> draws = [];
    private readonly List<object> journal = [];
    private int journalled;
    private long newestLease = 950;

    public RandomRun(int seed)
    {
        random = new(seed);
        Bench = Ready(20_00, Rules with
        {
            HoldSeconds = 600, CapturingPayees = [8], TrustedAfter = 1, OutlierBasisPoints = 30_000,
            PickKey = new byte[32], PickTargetBasisPoints = 500, PickMaximumBasisPoints = 5_000, OnlinePayees = [8],
            RefundDayMinor = 20_00,
        });
        Bench.Do(new Input.LinkChanged(true), new Input.Contacted());
        Record();
    }

    public EdgeBench Bench { get; }

    /// <summary>Rounds and acknowledgements in the order in which a journal would hold them.</summary>
    public IReadOnlyList<object> Journal => journal;

    public void Turns(int count)
    {
        for (var turn = 0; turn < count; turn++)
        {
            Turn();
            Record();
        }

        Bench.Sync();
        Record();
    }

    public static SignedRound Stored(Round round) =>
        new([], round.Header, round.Root, round.Leaves, round.Attachments);

    private void Turn()
    {
        switch (random.Next(12))
        {
            case 0: Bench.Sync(); break;
            case 1: Pass(random.Next(1, 400)); break;
            case 2: TopUp(); break;
            case 3: Acknowledge(); break;
            case 4: Vouch(); break;
            case 5 or 6: Finish(); break;
            case 7: Undo(); break;
            default: Draw(); break;
        }
    }

    private void Send(PaymentRequest request)
    {
        foreach (var effect in Bench.Send(request))
        {
            if (effect is not Effect.Ask ask) continue;
            if (random.Next(3) == 0) Bench.Do(new Input.AskFailed(ask.Parked));
            else Bench.Do(new Input.AskAnswered(
                ask.Parked, Answers[random.Next(Answers.Length)]));
        }
    }

    private void Draw()
    {
        var payer = Payers[random.Next(2)];
        var sale = Bench.Next(payer, request => request with
        {
            Operation = random.Next(2) == 0 ? Operation.Sale : Operation.Auth,
            AmountMinor = random.Next(1, 12_00),
            Payee = random.Next(3) == 0 ? 8u : null,
            Flags = (RequestFlags)(random.Next(3) == 0 ? 4 : 0) | (RequestFlags)(random.Next(4) == 0 ? 1 : 0),
        });
        draws.Add(sale);
        Send(sale);
        if (random.Next(6) == 0) Bench.Send(sale);
    }

    private void Finish()
    {
        if (draws.Count == 0) return;
        var about = draws[random.Next(draws.Count)];
        Operation[] operations = [Operation.Capture, Operation.Confirm, Operation.Void, Operation.Refund];
        var operation = operations[random.Next(4)];
        var amount = operation is Operation.Void ? 0 : random.Next(operation is Operation.Confirm ? 0 : 1, 8_00);
        Send(Bench.Finish(Shops[random.Next(2)], operation, about, amount));
    }

    private void Undo()
    {
        if (draws.Count == 0) return;
        var about = draws[Math.Max(0, draws.Count - 1 - random.Next(4))];
        var key = Payers.First(payer => payer.Id == about.Kid);
        Send(random.Next(3) switch
        {
            0 => Bench.Own(key, Operation.Void, about),
            1 => Bench.Own(key, Operation.Reverse, about),
            _ => Bench.Own(key, Operation.Increment, about, random.Next(1, 3_00)),
        });
    }

    private void Vouch()
    {
        if (draws.Count == 0) return;
        var about = draws[Math.Max(0, draws.Count - 1 - random.Next(3))];
        // One content per tick: a second one would prove a clone, and end the run of this key.
        var tick = (uint)random.Next(1, 6);
        Bench.Send(VoucherOf(about with { Account = null, Payee = null, Flags = 0 }, tick, tick * 20));
    }

    private void Pass(int seconds)
    {
        Bench.Now = new(Bench.Now.ElapsedSeconds + seconds, Bench.Now.Unix + (uint)seconds);
        Bench.Do(random.Next(2) == 0 ? new Input.TimePassed() : new Input.Contacted());
    }

    private void TopUp()
    {
        var grant = GrantOf(++newestLease, random.Next(2) == 0 ? 71ul : 72ul, random.Next(1, 30_00));
        Bench.Do(grant with { SinceSeconds = Bench.Now.ElapsedSeconds });
    }

    /// <summary>Between two rounds, as the loop does it: the acknowledgement stands where it counts.</summary>
    private void Acknowledge()
    {
        Bench.Do(new Input.SealWanted(20_000));
        Bench.Sync();
        Record();
        if (!Bench.Machine.IsBetweenRounds || Bench.Book.Batches.Waiting.Count == 0) return;
        var batch = Bench.Book.Batches.Waiting.Last();
        var ack = new Ack(Edge, 1, batch.LastRound, Bench.Written[(int)batch.LastRound - 1].Root);
        journal.Add(ack);
        Bench.Do(new Input.Acknowledged(ack));
    }

    private void Record()
    {
        for (; journalled < Bench.Written.Count; journalled++) journal.Add(Bench.Written[journalled]);
        foreach (var lease in Bench.Book.Leases.Values)
            Assert.InRange(lease.SpentMinor, 0, lease.LimitMinor);
        foreach (var hold in Bench.Book.Holds.Open)
            Assert.True(hold.VoucherMinor <= hold.AmountMinor);
    }
}
