using MqttPay.Simulation.Cli;

return Runs.Start(args);
