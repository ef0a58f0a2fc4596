using MqttPay.Payments;
using MqttPay.Simulation.Clouds;
using MqttPay.Simulation.Kernel;
using MqttPay.Wire;

namespace MqttPay.Simulation.Nodes;

/// <summary>A payee's device: finishes what payers began, and pays back.</summary>
internal sealed class PayeeDevice(World world, PublicKey key, ulong secret, EdgeNode edge, int node, Draws draws)
    : Device(world, key, secret, edge, node, draws)
{
    public const int Mask = (1 << (int)Operation.Capture) | (1 << (int)Operation.Void) | (1 << (int)Operation.Confirm)
        | (1 << (int)Operation.Refund) | (1 << (int)Operation.Status);

    private const int KeptMax = 40;
    private readonly List<(PaymentId Id, long AmountMinor)> notices = [];
    private readonly List<(PaymentId Id, long AmountMinor)> paid = [];

    /// <summary>The till knows of a sale.</summary>
    public void Sold(PaymentId id, long amountMinor)
    {
        paid.Add((id, amountMinor));
        if (paid.Count > KeptMax) paid.RemoveAt(0);
    }

    protected override PaymentRequest? Next()
    {
        if (notices.Count > 0 && Draws.Percent(70)) return Finish();
        if (paid.Count == 0 || !Draws.Percent(25)) return null;
        var (id, amount) = paid[Draws.Below(paid.Count)];
        return Basic(Operation.Refund) with
        {
            ReferenceId = id, AmountMinor = 1 + Draws.Below((int)amount + 50), Currency = CloudStore.Currency,
        };
    }

    protected override void Take(Reply.Notice notice)
    {
        if (Receipt.Check(notice, Edge.Id, Edge.Key, out _, out var signature) is not ReceiptVerdict.Ok) return;
        if (!Tags.Verify(Edge.Secret, RoundCodec.RootOf(RoundCodec.EncodeHeader(notice.Header)), signature)) return;
        var id = PaymentId.Of(new(notice.Kid, notice.Decision.Epoch, notice.Decision.Sequence));
        foreach (var known in notices)
            if (known.Id == id) return;
        notices.Add((id, notice.Decision.AmountMinor));
        if (notices.Count > KeptMax) notices.RemoveAt(0);
    }

    protected override void Settled(Question asked, Decision decision)
    {
        if (decision.Approved && asked.Request.Operation is Operation.Capture or Operation.Confirm
            && asked.Request.ReferenceId is { } id && decision.AmountMinor > 0)
            Sold(id, decision.AmountMinor);
    }

    private PaymentRequest Finish()
    {
        var at = Draws.Below(notices.Count);
        var (id, amount) = notices[at];
        if (Draws.Percent(80)) notices.RemoveAt(at);
        var operation = World.OperationOf(id);
        var dice = Draws.Below(10);
        if (dice == 0)
        {
            Path.ToEdge(Sign(Basic(Operation.Status) with { ReferenceId = id }, out _));
            return Basic(Operation.Void) with { ReferenceId = id };
        }

        var captured = dice switch
        {
            1 => amount + 1 + Draws.Below(100),
            2 when operation is Operation.Sale => 0,
            < 6 => amount,
            _ => 1 + Draws.Below((int)amount),
        };
        return Basic(operation is Operation.Sale ? Operation.Confirm : Operation.Capture) with
        {
            ReferenceId = id, AmountMinor = captured, Currency = CloudStore.Currency,
        };
    }
}
